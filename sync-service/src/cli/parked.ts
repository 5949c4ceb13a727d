import type { Command } from "commander";
import { readParked } from "../events/parked.ts";
import { streams } from "../mirror/follow.ts";
import type { Store } from "../store/open.ts";
import { Mistake, noted, print, when, withConfig, withStore } from "./context.ts";
import { commandRuntime, reach } from "./reach.ts";

export function addParked(program: Command): void {
  const parked = program.command("parked").description("list and settle events that could not be read");

  withConfig(parked.command("list").description("list the events that still wait"))
    .option("--org <id>")
    .option("--json")
    .action((options: { config?: string; org?: string; json?: boolean }) =>
      withStore(options, async ({ db }) => {
        let query = db.selectFrom("parked_events").selectAll().where("resolved_at", "is", null).orderBy("id");
        if (options.org !== undefined) query = query.where("org_id", "=", options.org);
        const rows = await query.execute();
        print(
          rows.map(({ id, org_id, parked_at, reason }) => ({
            id,
            org: org_id,
            parked: when(parked_at),
            reason,
          })),
          options,
        );
      }),
    );

  withConfig(
    parked.command("retry <id>").description("ask the org for the event again, read it and store it"),
  ).action((id: string, options: { config?: string }) =>
    withStore(options, async (store) => {
      const row = await waiting(store, id);
      const { connection, mirror } = await reach(store, row.org_id);
      const changes = await readParked(
        streams[connection.org.transport],
        connection,
        { channel: row.channel, position: row.position, askedAfter: row.asked_after },
        commandRuntime,
      );
      const { applied, duplicates, foreign } = await mirror.take({ changes });
      await resolve(store, row);
      await noted(store, "parked.retry", { org: row.org_id, event: row.id, applied, duplicates });
      console.log(
        `Event ${id} is read: ${applied} changes stored, ${duplicates} were there already` +
          (foreign.size > 0 ? `, ${foreign.size} are of cases that are not ours.` : "."),
      );
    }),
  );

  withConfig(
    parked
      .command("discard <id>")
      .description("give the event up; its case was read when the event was parked"),
  ).action((id: string, options: { config?: string }) =>
    withStore(options, async (store) => {
      const row = await waiting(store, id);
      await resolve(store, row);
      await noted(store, "parked.discard", { org: row.org_id, event: row.id });
      console.log(`Event ${id} is no longer waited for.`);
    }),
  );
}

async function waiting({ db }: Store, id: string) {
  const row = await db
    .selectFrom("parked_events")
    .selectAll()
    .where("id", "=", Number(id))
    .executeTakeFirst();
  if (row === undefined) throw new Mistake(`There is no parked event ${id}.`);
  if (row.resolved_at !== null) throw new Mistake(`Event ${id} was settled ${when(row.resolved_at)}.`);
  return row;
}

const resolve = ({ db }: Store, { org_id, id }: { org_id: string; id: number }) =>
  db
    .updateTable("parked_events")
    .set({ resolved_at: commandRuntime.clock.now() })
    .where("org_id", "=", org_id)
    .where("id", "=", id)
    .execute();
