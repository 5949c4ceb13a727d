// Kills the process at a named line, lets it go on, and looks at what came of it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { openStore, type StorePlace } from "../../../src/store/open.ts";
import type { Failpoint } from "../../../src/failpoints.ts";
import { salesforceWire } from "../../channels/wires/salesforce.ts";
import { serve } from "../../channels/wires/serve.ts";
import { caseIdOf, client, openCase } from "../world.ts";
import type { Life } from "./life.ts";

const cases = 12;
const minute = 60_000;

export interface Verdict {
  died: boolean;
  /** What is wrong; [] when nothing is. */
  faults: string[];
}

/** @param nth the time at that line at which it dies */
export async function crashAt(place: StorePlace, failpoint: Failpoint, nth: number): Promise<Verdict> {
  const hook = await serve(() => ({ status: 204 }));
  const salesforce = await salesforceWire();
  const store = await openStore(place);
  const { db } = store;
  const faults: string[] = [];
  try {
    const orgId = await client(db, {
      plan: "Platinum",
      tellsOpening: false,
      settings: {
        webhooks: [{ name: "ops", url: hook.url, secret: { env: "TEST_HOOK_SECRET" } }],
        stepOverrides: ["notice", "breach"].map((step) => ({ step, do: [{ type: "webhook", name: "ops" }] })),
      },
    });
    const { org } = salesforce.connection(
      await db.selectFrom("orgs").selectAll().where("id", "=", orgId).executeTakeFirstOrThrow(),
      { now: () => Date.now() },
    );
    await db
      .updateTable("orgs")
      .set({
        credentials: JSON.stringify(org.credentials),
        instance_url: org.instanceUrl,
        login_url: org.loginUrl,
        onboarded_at: 0,
      })
      .execute();
    const now = Math.floor(Date.now() / 1000) * 1000;
    // half of them at `notice`, half at `breach` with the steps before it passed; the last two are acknowledged
    for (let n = 0; n < cases + 2; n++)
      await openCase(db, orgId, n, now - (n >= cases ? 5 : n % 2 === 0 ? 35 : 65) * minute);
    const [opened, soon] = [caseIdOf(99), caseIdOf(98)];
    await db
      .insertInto("cases")
      .values(
        [opened, soon].map((id) => ({
          org_id: orgId,
          id,
          case_number: id.slice(7, 15),
          subject: "opened while dying",
          fields: "{}",
          versions: "{}",
          contract_id: null,
          system_modstamp: 0,
          is_deleted: 0,
          is_closed: 0,
        })),
      )
      .execute();
    const life: Life = {
      place,
      orgId,
      newCase: { id: opened, createdAt: now - 35 * minute },
      soon,
      acknowledged: [caseIdOf(cases), caseIdOf(cases + 1)],
    };
    const died = (await live(life, `${failpoint}:${nth}`)) === "SIGKILL";
    const ended = await live(life, null);
    if (ended !== 0) faults.push(`the second life ended with ${ended}`);

    const ledger = await db.selectFrom("steps").selectAll().execute();
    const acted = ledger.filter((row) => row.outcome === "acted");
    const expectedSteps = new Map([opened, soon].map((id) => [id, "notice"]));
    for (let n = 0; n < cases; n++) expectedSteps.set(caseIdOf(n), n % 2 === 0 ? "notice" : "breach");
    for (const [caseId, step] of expectedSteps) {
      const mine = ledger.filter((row) => row.case_id === caseId).map((row) => `${row.step} ${row.outcome}`);
      const expected =
        step === "notice"
          ? ["notice acted"]
          : ["breach acted", "critical stoodFor", "notice stoodFor", "warning stoodFor"];
      if (mine.sort().join() !== expected.join())
        faults.push(`${caseId}: the ledger holds ${mine.join(", ")}`);
    }
    if (acted.length !== expectedSteps.size)
      faults.push(`${acted.length} steps acted, not ${expectedSteps.size}`);
    const keys = new Set(hook.asked.map(({ headers }) => String(headers["idempotency-key"])));
    const expectedKeys = new Set(
      acted.map((row) => `step/${orgId}/${row.case_id}/1/${row.step}/webhook/ops`),
    );
    if ([...keys].sort().join() !== [...expectedKeys].sort().join())
      faults.push(`received ${[...keys].sort().join(" ")} instead of ${[...expectedKeys].sort().join(" ")}`);
    for (const row of await db.selectFrom("write_backs").selectAll().execute()) {
      const there = salesforce.cases.get(row.case_id) ?? {};
      const differs = Object.entries(JSON.parse(row.wanted) as object).filter(
        ([name, value]) => there[name] !== value,
      );
      if (differs.length > 0)
        faults.push(
          `${row.case_id}: the org has other values of ${differs.map(([name]) => name).join(", ")}`,
        );
    }
    const facts = await db.selectFrom("facts").select("id").where("kind", "=", "acknowledgement").execute();
    if (facts.length !== 2) faults.push(`${facts.length} acknowledgements`);
    const undelivered = await db
      .selectFrom("outbox")
      .select("key")
      .where("state", "!=", "delivered")
      .execute();
    if (undelivered.length > 0) faults.push(`not delivered: ${undelivered.map(({ key }) => key).join(" ")}`);
    return { died, faults };
  } finally {
    await store.close();
    await hook.close();
    await salesforce.close();
  }
}

/** @returns the exit code, or the signal it was ended by */
function live(life: Life, failpoint: string | null): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    const { SLA_FAILPOINT: _, ...environment } = process.env;
    const child = spawn(process.execPath, [join(import.meta.dirname, "life.ts"), JSON.stringify(life)], {
      env: {
        ...environment,
        NODE_OPTIONS: "",
        TEST_HOOK_SECRET: "hook-secret",
        ...(failpoint === null ? {} : { SLA_FAILPOINT: failpoint }),
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ?? code ?? 1));
  });
}
