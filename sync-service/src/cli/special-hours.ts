import { resolve } from "node:path";
import type { Command } from "commander";
import { OrgConnection } from "../orgs/connection.ts";
import { readCatalogue, writeContract, type ContractTerms } from "../orgs/contract.ts";
import { specialHoursSchema, type Org } from "../orgs/org.ts";
import { Registry } from "../orgs/registry.ts";
import { systemClock } from "../runtime.ts";
import { Mistake, noted, print, withConfig, withStore } from "./context.ts";

type Ordered = NonNullable<ContractTerms["specialHours"]>[number];

/** `2026-12-04T18:00/2026-12-06T22:00=Go-live`, or `2026-12-01/2026-12-05 18:00-22:00=Guard`. @throws Mistake */
export function specialHoursFrom(
  text: string,
  open: boolean,
  order: Pick<Ordered, "orderedBy" | "orderedAt">,
  option: string,
): Ordered {
  const parts = /^([\dT:-]+)\/([\dT:-]+)(?: (\d\d:\d\d)-(\d\d:\d\d))?=(.+)$/.exec(text.trim());
  if (parts === null)
    throw new Mistake(
      `${option}: ${JSON.stringify(text)} cannot be read; give 2026-12-04T18:00/2026-12-06T22:00=Name, or 2026-12-01/2026-12-05 18:00-22:00=Name for a part of each day`,
    );
  const [, from, to, begins, ends, name] = parts;
  const read = specialHoursSchema.safeParse({
    ...{ open, from, to, name },
    ...(begins === undefined ? {} : { part: [begins, ends] }),
    ...order,
  });
  if (!read.success)
    throw new Mistake(
      read.error.issues.map(({ path, message }) => `${option}: ${path.join(".")}: ${message}`).join("\n"),
    );
  return read.data;
}

interface Asked {
  config?: string;
  open?: string;
  close?: string;
  cancel?: string;
  by?: string;
  json?: boolean;
}

/** `sla-sync orgs special-hours`: more or less coverage for a while, by name and by who ordered it. */
export function addSpecialHours(
  orgs: Command,
  found: (registry: Registry, id: string) => Promise<Org>,
): void {
  withConfig(
    orgs
      .command("special-hours <id>")
      .description("more or less coverage between two dates; without options, those that there are"),
  )
    .option("--open <range=name>", 'coverage as well: "2026-12-04T18:00/2026-12-06T22:00=Go-live"')
    .option("--close <range=name>", 'no coverage: "2026-12-28/2026-12-31=Year-end freeze"')
    .option("--by <person>", "who ordered it")
    .option("--cancel <name>", "takes out those with this name")
    .option("--json", "as JSON")
    .action(async (id: string, options: Asked) =>
      withStore(options, async (store, config) => {
        const registry = new Registry(store.db);
        const org = await found(registry, id);
        const { contract } = org.settings;
        if (contract === undefined)
          throw new Mistake(`${id} has no contract. Name its plan with sla-sync orgs update.`);
        const had = contract.specialHours ?? [];
        const said = [options.open, options.close, options.cancel].filter((value) => value !== undefined);
        if (said.length === 0)
          return print(
            had.map(({ open, from, to, part, name, orderedBy, orderedAt }) => ({
              ...{ name, coverage: open ? "more" : "less", from, to },
              ...{ "each day": part?.join("–") ?? "", orderedBy, orderedAt },
            })),
            options,
          );
        if (said.length > 1) throw new Mistake("--open, --close, --cancel: give one of them at a time");
        const specialHours = changed(had, options);
        const settings = { ...org.settings, contract: { ...contract, specialHours } };
        const catalogue = readCatalogue(config.catalogue && resolve(config.folder, config.catalogue));
        const written = await writeContract(
          new OrgConnection({ ...org, settings }, systemClock),
          catalogue,
          settings.contract,
          systemClock,
        );
        await registry.save({ ...org, settings });
        await noted(store, "orgs.specialHours", { org: id, before: had, after: specialHours });
        console.log(
          `${id} has ${specialHours.length} special ${specialHours.length === 1 ? "entry" : "entries"}; its contract ${written.id} is ${written.did === "nothing" ? "as it was" : written.did}. Clocks that run keep the hours they started with.`,
        );
      }),
    );
}

function changed(had: readonly Ordered[], { open, close, cancel, by }: Asked): Ordered[] {
  if (cancel !== undefined) {
    const left = had.filter(({ name }) => name !== cancel);
    if (left.length === had.length)
      throw new Mistake(
        `--cancel: there are no special hours ${JSON.stringify(cancel)}; there are: ${had.map(({ name }) => name).join(", ") || "none"}`,
      );
    return left;
  }
  if (by === undefined || by.trim() === "") throw new Mistake("--by: say who ordered the special hours");
  const order = { orderedBy: by.trim(), orderedAt: new Date(systemClock.now()).toISOString() };
  return [
    ...had,
    open === undefined
      ? specialHoursFrom(close!, false, order, "--close")
      : specialHoursFrom(open, true, order, "--open"),
  ];
}
