import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Option, type Command } from "commander";
import {
  AccountProblem,
  addAccount,
  listAccounts,
  passwordProblem,
  removeAccount,
  roles,
  setPassword,
  type Role,
} from "../http/fleet/accounts.ts";
import type { Store } from "../store/open.ts";
import { Mistake, noted, print, when, withConfig, withStore } from "./context.ts";
import { systemClock } from "../runtime.ts";
import { addSecondFactor } from "./second-factor.ts";

interface Given {
  config?: string;
  passwordFile?: string;
}

/** Reads a password from a file, from standard input, or typed and hidden. Others can read a command line. */
async function passwordFrom({ passwordFile }: Given): Promise<string> {
  const given =
    passwordFile !== undefined
      ? readFileSync(passwordFile, "utf8")
      : process.stdin.isTTY
        ? await typed()
        : readFileSync(0, "utf8");
  const password = given.replace(/\r?\n$/, "");
  const problem = passwordProblem(password);
  if (problem !== null) throw new Mistake(problem);
  return password;
}

async function typed(): Promise<string> {
  const ask = (question: string) =>
    new Promise<string>((resolve) => {
      process.stderr.write(question);
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
      lines.question("", (answer) => {
        lines.close();
        process.stderr.write("\n");
        resolve(answer);
      });
    });
  const first = await ask("Password: ");
  if ((await ask("Once more: ")) !== first) throw new Mistake("They differ: nothing was changed.");
  return first;
}

/** Runs the work, records it in the audit trail, and turns an account problem into words. */
async function doing(options: Given, action: string, name: string, work: (store: Store) => Promise<void>) {
  await withStore(
    options,
    async (store) => {
      try {
        await work(store);
      } catch (error) {
        throw error instanceof AccountProblem ? new Mistake(error.message) : error;
      }
      await noted(store, action, { account: name });
    },
    { begins: true },
  );
}

/** `sla-sync accounts …`: the people who may sign in to the fleet page. */
export function addAccounts(program: Command): void {
  const accounts = program.command("accounts").description("people who may sign in to the fleet page");
  withConfig(
    accounts
      .command("add")
      .description("add an account; asks for the password or reads it from standard input"),
  )
    .addOption(
      new Option("--role <role>", "viewer sees, operator also acts").choices(roles).default("viewer"),
    )
    .requiredOption("--name <name>", "what they sign in with")
    .option("--password-file <file>", "read the password from this file")
    .action(async (options: Given & { role: Role; name: string }) => {
      const password = await passwordFrom(options);
      await doing(options, "accounts.add", options.name, ({ db }) =>
        addAccount(db, { name: options.name, role: options.role, password }, systemClock.now()),
      );
      console.log(`${options.name} may sign in as ${options.role}.`);
    });
  withConfig(accounts.command("list").description("list the accounts without their passwords"))
    .option("--json", "as JSON")
    .action(async (options: Given & { json?: boolean }) => {
      await withStore(options, async ({ db }) => {
        const found = await listAccounts(db);
        print(
          found.map(({ name, role, createdAt, signedInAt, secondFactor }) => ({
            name,
            role,
            "second factor": secondFactor ? "on" : "off",
            since: when(createdAt),
            "signed in": when(signedInAt),
          })),
          options,
        );
      });
    });
  withConfig(accounts.command("remove").description("remove an account and sign it out"))
    .argument("<name>", "as the list shows it")
    .action(async (name: string, options: Given) => {
      await doing(options, "accounts.remove", name, ({ db }) => removeAccount(db, name));
      console.log(`${name} may no longer sign in.`);
    });
  withConfig(
    accounts
      .command("password")
      .description("set a new password and sign out everybody who used the old one"),
  )
    .argument("<name>", "as the list shows it")
    .option("--password-file <file>", "read the password from this file")
    .action(async (name: string, options: Given) => {
      const password = await passwordFrom(options);
      await doing(options, "accounts.password", name, ({ db }) =>
        setPassword(db, name, password, systemClock.now()),
      );
      console.log(`The password of ${name} is changed.`);
    });
  addSecondFactor(accounts);
}
