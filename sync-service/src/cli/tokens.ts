import { Option, type Command } from "commander";
import { createToken, revokeToken, scopes, type Scope } from "../http/tokens.ts";
import { Mistake, noted, print, when, withConfig, withStore } from "./context.ts";
import { systemClock } from "../runtime.ts";

const day = 24 * 3_600_000;

/** `sla-sync tokens …`: who may use the HTTP API. */
export function addTokens(program: Command): void {
  const tokens = program.command("tokens").description("create, list and revoke tokens of the HTTP API");
  withConfig(tokens.command("create").description("create a token; it is shown once"))
    .argument("<name>", "a name that says what the token is for")
    .addOption(
      new Option("--scope <scopes...>", "what the token may do").choices(scopes).makeOptionMandatory(),
    )
    .option("--days <days>", "days of validity (default: until you revoke it)", Number)
    .action(async (name: string, options: { config?: string; scope: Scope[]; days?: number }) => {
      if (options.days !== undefined && !(options.days > 0)) throw new Mistake("--days: a number above 0");
      await withStore(
        options,
        async (store) => {
          const now = systemClock.now();
          const expiresAt = options.days === undefined ? null : Math.round(now + options.days * day);
          const { id, token } = await createToken(store.db, { name, scopes: options.scope, expiresAt }, now);
          await noted(store, "tokens.create", { token: id, name, scopes: options.scope });
          console.error(`Token ${id}, shown this once:`);
          console.log(token);
        },
        { begins: true },
      );
    });
  withConfig(tokens.command("list").description("list the tokens without their secrets"))
    .option("--json", "as JSON")
    .action(async (options: { config?: string; json?: boolean }) => {
      await withStore(options, async ({ db }) => {
        const rows = await db.selectFrom("api_tokens").selectAll().orderBy("created_at").execute();
        print(
          rows.map((row) => ({
            id: row.id,
            name: row.name,
            scopes: (JSON.parse(row.scopes) as string[]).join(" "),
            state: row.revoked_at === null ? "valid" : "revoked",
            until: when(row.expires_at),
            used: when(row.last_used_at),
          })),
          options,
        );
      });
    });
  withConfig(tokens.command("revoke").description("revoke a token at once"))
    .argument("<id>", "the id from the list")
    .action(async (id: string, options: { config?: string }) => {
      await withStore(options, async (store) => {
        if (!(await revokeToken(store.db, id, systemClock.now())))
          throw new Mistake(`There is no valid token ${id}.`);
        await noted(store, "tokens.revoke", { token: id });
        console.log(`${id} is revoked.`);
      });
    });
}
