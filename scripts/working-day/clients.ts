/** Clients at work: they open cases, change priorities and reopen what was answered too soon for them. */
import type { Connection } from "jsforce";
import { until } from "../browser/waiting.ts";
import { admin, martina, tom, type Visit, type World } from "../browser/world.ts";
import type { DemoClient, Person } from "../start/clients.ts";
import type { Chance } from "./chance.ts";

const home = "/lightning/app/Support/n/Support_Home";
const myCases = "/lightning/app/Support/n/Support_My_Cases";
const CLOSED = "Closed";

/** The demonstration has two clients in an org: this is the third. */
async function third(world: World): Promise<(client: DemoClient) => Person> {
  const org = await world.connect("platinum", admin);
  const username = `nadia.${Date.now()}@andes.example`;
  const named = async (object: string, where: string): Promise<string> =>
    (await org.query<{ Id: string }>(`SELECT Id FROM ${object} WHERE ${where}`)).records[0]!.Id;
  const { id } = await org.sobject("User").create({
    Username: username,
    LastName: "Nadie",
    FirstName: "Nadia",
    Alias: "nadia",
    Email: username,
    ProfileId: await named("Profile", "Name = 'Standard User'"),
    LanguageLocaleKey: "es",
    LocaleSidKey: "es_AR",
    TimeZoneSidKey: "America/Argentina/Buenos_Aires",
    EmailEncodingKey: "UTF-8",
  });
  const set = await named("PermissionSet", "Name = 'Support_Client'");
  await org.sobject("PermissionSetAssignment").create({ AssigneeId: id, PermissionSetId: set });
  return (client) => ({ ...client.clients[0], username });
}

interface OpenCase {
  Id: string;
  SLA_Status__c: string | null;
  Support_Priority__c: string;
}

/** One client, with a page of their own cases open all day. */
export class Client {
  readonly #world: World;
  readonly #who: (client: DemoClient) => Person;
  readonly #chance: Chance;
  readonly #day: string;
  #visit!: Visit;
  #contract!: string;
  #me!: string;

  constructor(world: World, who: (client: DemoClient) => Person, chance: Chance, day: string) {
    this.#world = world;
    this.#who = who;
    this.#chance = chance;
    this.#day = day;
  }
  get org(): Connection {
    return this.#visit.org;
  }

  async start(): Promise<void> {
    this.#visit = await this.#world.visit("platinum", this.#who, myCases);
    this.#me = (await this.org.identity()).user_id;
    const { records } = await this.org.query<{ Id: string }>("SELECT Id FROM Support_Contract__c");
    this.#contract = records[0]!.Id;
  }
  async stop(): Promise<void> {
    await this.#visit.leave();
  }

  /** Opens the nth case of the day: every tenth by the form, the others as an import would. */
  async open(n: number): Promise<void> {
    const subject = `${this.#day} ${n}`;
    if (n % 10 === 0) return this.#openByTheForm(subject);
    await this.org.sobject("Case").create({
      Subject: subject,
      Support_Contract__c: this.#contract,
      Support_Priority__c: `P${1 + this.#chance.below(4)}`,
      Service_Category__c: "Incident Resolution",
      Support_Channel__c: "Portal",
    });
  }
  async #openByTheForm(subject: string): Promise<void> {
    const page = await this.#visit.context.newPage();
    await page.goto(this.#world.product.org("platinum") + home);
    await page.getByRole("textbox", { name: /¿Qué pasa\?|What is happening\?/ }).fill(subject);
    await page.getByRole("textbox", { name: /Contanos más|Tell us more/ }).fill("No anda.");
    await page.getByRole("combobox", { name: /Categoría|Category/ }).click();
    await page
      .getByRole("option")
      .filter({ hasText: /incident/i })
      .first()
      .click();
    await page.getByRole("button", { name: /^(Abrir caso|Open case) P\d$/ }).click();
    await page
      .getByText(/está abierto|is open/)
      .first()
      .waitFor();
    await page.close();
  }

  /** Changes the priority of a case that waits, or reopens one that was answered. Answers what was done. */
  async changeItsMind(): Promise<"reprioritised" | "reopened" | null> {
    const { records } = await this.org.query<OpenCase>(
      `SELECT Id, SLA_Status__c, Support_Priority__c FROM Case WHERE Subject LIKE '${this.#day} %' ` +
        `AND CreatedById = '${this.#me}' AND SLA_Status__c != null`,
    );
    if (records.length === 0) return null;
    const { Id, SLA_Status__c: status, Support_Priority__c: priority } = this.#chance.one(records);
    const cases = this.org.sobject("Case");
    if (status?.startsWith("Acknowledged")) {
      await cases.update({ Id, Status: CLOSED });
      await cases.update({ Id, Status: "New" });
      // the service has seen it: from now on it is a case to answer like any other
      await until(
        "the next cycle",
        async () => {
          const { SLA_Status__c: now } = (await cases.retrieve(Id)) as unknown as OpenCase;
          return !now?.startsWith("Acknowledged");
        },
        60_000,
      );
      return "reopened";
    }
    const others = ["P1", "P2", "P3", "P4"].filter((each) => each !== priority);
    await cases.update({ Id, Support_Priority__c: this.#chance.one(others) });
    return "reprioritised";
  }
}

export const threeClients = async (world: World, chance: Chance, day: string): Promise<Client[]> =>
  [martina, tom, await third(world)].map((who) => new Client(world, who, chance, day));
