import type { Command } from "commander";
import { readParked } from "../events/parked.ts";
import { Mistake, print, when, withConfig, withStore } from "./context.ts";
import { reach } from "./reach.ts";

export function addParked(program: Command): void {
  const parked = program
    .command("parked")
    .description("events that could not be read; the stream went on without them");

  withConfig(parked.command("list").description("those that still wait"))
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

  withConfig(parked.command("retry <id>").description("read it again, and store what it says")).action(
    (id: string, options: { config?: string }) =>
      withStore(options, async (store) => {
        const row = await store.db
          .selectFrom("parked_events")
          .selectAll()
          .where("id", "=", Number(id))
          .executeTakeFirst();
        if (row === undefined) throw new Mistake(`There is no parked event ${id}.`);
        if (row.resolved_at !== null) throw new Mistake(`Event ${id} was read ${when(row.resolved_at)}.`);
        const { connection, mirror } = await reach(store, row.org_id);
        const changes = await readParked(connection, row.body);
        const { applied, duplicates } = await mirror.take({ changes });
        await store.db
          .updateTable("parked_events")
          .set({ resolved_at: Date.now() })
          .where("id", "=", row.id)
          .execute();
        console.log(`Event ${id} is read: ${applied} changes stored, ${duplicates} were there already.`);
      }),
  );
}
