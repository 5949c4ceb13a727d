// Does a crash cost anything?
import { failpoints, type Failpoint } from "../src/failpoints.ts";
import { benchmark, someOf, stores } from "../../scripts/bench/command.ts";
import { crashAt } from "../test/clocks/crash/sweep.ts";
import { newFolder, stopServer } from "../test/postgres/server.ts";
import { newPlace, type StoreKind } from "../test/places.ts";

const options = benchmark(
  "crashes",
  "Kills the process with -9 at every named failpoint, the first and the second time it is reached, and checks the " +
    "ledger, what each destination received and what the org was left with. Fails on any fault.",
)
  .addOption(stores())
  .addOption(someOf("--failpoints <names>", "where to kill it", failpoints))
  .parse()
  .opts<{ stores: StoreKind[]; failpoints: Failpoint[] }>();
/** The time it is reached at which it dies. */
const times = [1, 2];
const folder = (process.env["COMPROMISO_TEST_POSTGRES"] = await newFolder());
const rows: { store: string; failpoint: string; died: number; faults: number }[] = [];
try {
  for (const kind of options.stores)
    for (const failpoint of options.failpoints) {
      const row = { store: kind, failpoint, died: 0, faults: 0 };
      for (const nth of times) {
        const { place, forget } = await newPlace(kind);
        const { died, faults } = await crashAt(place, failpoint, nth).finally(forget);
        row.died += Number(died);
        row.faults += faults.length;
        for (const fault of faults) console.error(`${kind} ${failpoint}:${nth}: ${fault}`);
      }
      rows.push(row);
    }
} finally {
  await stopServer(folder);
}
console.table(rows);
console.log(JSON.stringify(rows));
process.exitCode = rows.some((row) => row.faults > 0 || row.died < times.length) ? 1 : 0;
