// npm run working-day: see --help.
import { Command, InvalidArgumentError } from "commander";
import { launchChromium } from "../browser/chromium.ts";
import { newProduct, runningProduct } from "../browser/product.ts";
import { admin, bruno, consultant, worldOf } from "../browser/world.ts";
import { chanceOf } from "./chance.ts";
import { threeClients } from "./clients.ts";
import { Consultant } from "./consultants.ts";
import { faultsOf } from "./verdict.ts";

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(text);
};
const options = new Command("npm run working-day --")
  .description(
    "A working hour in the browser, accelerated: three clients open cases, change priorities and reopen what was " +
      "answered; two consultants work the same queue, reply, take cases and close tabs at any moment. Ends with 0 when " +
      "every case is answered, nobody acknowledged a colleague's case without being told, and nothing that a page " +
      "called saved is lost.",
  )
  .option("--cases <n>", "cases in the hour", whole, 60)
  .option("--seconds <n>", "how long the hour takes", whole, 120)
  .option("--seed <n>", "what happens when", whole, 1)
  .option("--home <folder>", "the home of a product that runs")
  .option("--port <n>", "its first port", whole)
  .allowExcessArguments(false)
  .parse()
  .opts<{ cases: number; seconds: number; seed: number; home?: string; port?: number }>();

const running = options.home !== undefined && options.port !== undefined;
const product = running ? runningProduct(options.home!, options.port!) : await newProduct();
const browser = await launchChromium();
let faults: string[] = [];
try {
  if (!running) await product.start();
  const world = worldOf(product, browser);
  const org = await world.connect("platinum", admin);
  const day = `Jornada ${Date.now().toString(36)}`;
  const clients = await threeClients(world, chanceOf(options.seed), day);
  const consultants = [consultant, bruno].map(
    (who, index) => new Consultant(world, who, chanceOf(options.seed + 1 + index), day),
  );
  for (const each of [...clients, ...consultants]) await each.start();

  const done = { opened: 0, reprioritised: 0, reopened: 0 };
  const over = Date.now() + options.seconds * 1000;
  const between = (options.seconds * 1000) / options.cases;
  const chance = chanceOf(options.seed + 7);
  let nextCase = 0;
  const ofAClient = async (client: (typeof clients)[number]): Promise<void> => {
    while (nextCase < options.cases) {
      const n = nextCase++;
      await client.open(n);
      done.opened += 1;
      const change = chance.next() < 0.25 ? await client.changeItsMind() : null;
      if (change) done[change] += 1;
      await new Promise((resolve) => setTimeout(resolve, between * clients.length * (0.5 + chance.next())));
    }
  };
  let dayOver = false;
  const waitingCases = async (): Promise<number> =>
    (
      await org.query(
        `SELECT COUNT() FROM Case WHERE Subject LIKE '${day} %' AND (SLA_Status__c = null OR SLA_Status__c IN ('Running', 'At Risk', 'Breached'))`,
      )
    ).totalSize;
  const ofAConsultant = async (who: Consultant): Promise<void> => {
    while (!dayOver) if (!(await who.work())) await new Promise((resolve) => setTimeout(resolve, 500));
  };
  const clientsDay = Promise.all(clients.map(ofAClient));
  const evening = clientsDay.then(async () => {
    const patience = over + 4 * 60_000;
    while ((await waitingCases()) > 0 && Date.now() < patience)
      await new Promise((resolve) => setTimeout(resolve, 500));
    dayOver = true;
  });
  await Promise.all([evening, ...consultants.map(ofAConsultant)]);
  // a browser logs the refusal of a save over a colleague's change
  const ofPages = world.faults.filter((words) => !words.includes("status of 412"));
  faults = [...(await faultsOf(org, day, options.cases, consultants)), ...ofPages];
  const acts = consultants.flatMap((each) => each.acts);
  const told = (what: string) => acts.filter((act) => act.told === what).length;
  console.log(
    `${done.opened} cases opened, ${done.reprioritised} reprioritised, ${done.reopened} reopened, ` +
      `${consultants.reduce((sum, each) => sum + each.replies, 0)} replies`,
  );
  console.log(
    `${acts.length} acts: ${told("saved")} saved, ${told("colleague")} told that a colleague was first, ` +
      `${told("refused")} refused, ${told("left")} left unsaved knowingly`,
  );
  for (const { closings } of consultants)
    console.log(`tabs closed: ${closings.asked} asked first, ${closings.silent} had nothing unsaved`);
  for (const each of [...clients, ...consultants]) await each.stop();
} finally {
  await browser.close();
  await product.remove().catch(() => {});
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
