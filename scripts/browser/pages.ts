/** Every page of the package in both languages: who sees it, where it is, and the words that show that it is complete. */
import { admin, bruno, consultant, martina, tom, type Plan, type Visit, type World } from "./world.ts";

const support = (tab: string) => `/lightning/app/Support/n/${tab}`;
const console = (tab: string) => `/lightning/app/Support_Console/n/${tab}`;
/** The page of the case with this subject, in one app. */
const caseIn = (app: string, subject: string) => ({ app, subject });
type Address = string | ReturnType<typeof caseIn>;

export interface PageToSee {
  page: string;
  plan?: Plan;
  who: typeof martina;
  at: Address;
  /** The text that shows that the page is complete. */
  shows: RegExp;
  /** A button to press first, because the check includes its answer. */
  press?: RegExp;
  /** A key to press first, for the same reason. */
  key?: string;
  /** What shows that the page has answered the key. */
  answers?: string;
}

const compare = /Comparar planes|Compare plans/;
const badge = /^SLA/;
export const pages: PageToSee[] = [
  {
    page: "the plan and a new case, in Spanish",
    who: martina,
    at: support("Support_Home"),
    shows: /Tu plan: Gold/,
    press: compare,
  },
  {
    page: "the plan and a new case, in English",
    who: tom,
    at: support("Support_Home"),
    shows: /Your plan: Gold/,
    press: compare,
  },
  {
    page: "one's cases, in Spanish",
    who: martina,
    at: support("Support_My_Cases"),
    shows: /Facturación caída en producción/,
  },
  { page: "one's cases, in English", who: tom, at: support("Support_My_Cases"), shows: /My cases/ },
  {
    page: "a client's case, in Spanish",
    who: martina,
    at: caseIn("Support", "Facturación caída en producción"),
    shows: /Compromiso de respuesta/,
  },
  {
    page: "a client's case, in English",
    who: tom,
    at: caseIn("Support", "Nuevo portal para distribuidores"),
    shows: /Response commitment/,
  },
  {
    page: "the queue, in Spanish",
    who: consultant,
    at: console("Support_Queue"),
    shows: /casos abiertos/,
    press: badge,
  },
  {
    page: "the queue, in English",
    who: bruno,
    at: console("Support_Queue"),
    shows: /open cases/,
    press: badge,
  },
  {
    page: "the queue with a case beside it, in Spanish",
    who: consultant,
    at: console("Support_Queue"),
    shows: /casos abiertos/,
    key: "j",
    answers: "c-support-conversation .log",
  },
  {
    page: "the queue with a case beside it, in English",
    who: bruno,
    at: console("Support_Queue"),
    shows: /open cases/,
    key: "j",
    answers: "c-support-conversation .log",
  },
  {
    page: "a consultant's case, in Spanish",
    who: consultant,
    at: caseIn("Support_Console", "Integración de stock sin respuesta"),
    shows: /de atraso/,
  },
  {
    page: "a consultant's case, in English",
    who: bruno,
    at: caseIn("Support_Console", "Reportes de ventas muy lentos"),
    shows: /Acknowledged late/,
  },
  { page: "the figures, in Spanish", who: consultant, at: console("Support_MTTA"), shows: /Margen restante/ },
  { page: "the figures, in English", who: bruno, at: console("Support_MTTA"), shows: /Budget left/ },
  { page: "setup, in Spanish", who: admin, at: console("Support_Setup"), shows: /Un contrato vigente/ },
  {
    page: "setup, in English",
    plan: "silver",
    who: admin,
    at: console("Support_Setup"),
    shows: /One contract in force/,
  },
];

async function addressOf(world: World, plan: Plan, at: Address): Promise<string> {
  if (typeof at === "string") return at;
  const org = await world.connect(plan, admin);
  const { records } = await org.query<{ Id: string }>(`SELECT Id FROM Case WHERE Subject = '${at.subject}'`);
  return `/lightning/app/${at.app}/r/Case/${records[0]!.Id}/view`;
}

/** The administrators of the demonstration read English: this one reads Spanish from now on. */
export async function letAnAdminReadSpanish(world: World): Promise<void> {
  const org = await world.connect("gold", admin);
  const { user_id } = await org.identity();
  await org.sobject("User").update({ Id: user_id, LanguageLocaleKey: "es" });
}

/** Opens a page as its person, until it is complete and has answered what is to be pressed first. */
export async function openPage(
  world: World,
  { plan = "gold", who, at, shows, press, key, answers }: PageToSee,
  width = 1280,
): Promise<Visit> {
  const visit = await world.visit(plan, who, await addressOf(world, plan, at), { width });
  const { page } = visit;
  await page.getByText(shows).first().waitFor();
  if (press) await page.getByRole("button", { name: press }).click();
  if (key) {
    await page.keyboard.press(key);
    await page
      .locator(answers ?? "c-case-sla:visible c-sla-timer")
      .first()
      .waitFor();
  }
  return visit;
}
