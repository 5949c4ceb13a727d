// The text that you read when everything runs: the pages to open, and the things to try.
import { demoClients, instanceUrl, servicePort, type DemoClient } from "./clients.ts";
import { doorsUrl } from "./doors/secrets.ts";
import { opensAt } from "./office-hours.ts";
import { fleetAccount } from "./onboard.ts";

const whenOpen = new Intl.DateTimeFormat("en", {
  weekday: "long",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** @param placeOf the city of each client's office */
export function whereToLook(began: number, placeOf: Record<string, string>, now = Date.now()): string {
  const seconds = Math.round((now - began) / 1000);
  const opening = (c: DemoClient) => (c.plan === "Platinum" ? now : opensAt(placeOf[c.id] ?? "", now));
  const orgs = demoClients.map((c) => {
    const hours = c.plan === "Platinum" ? "P1 round the clock" : `office hours of ${placeOf[c.id]}`;
    const closed =
      opening(c) > now ? ` (closed now; timers go on ${whenOpen.format(opening(c))}, your time)` : "";
    return `  ${c.plan.padEnd(9)} ${instanceUrl(c)}   ${c.label}, ${hours}${closed}`;
  });
  // timers of office hours stand still at night and at weekends, so we name a client whose timer runs
  const lively = demoClients.find((c) => opening(c) <= now)!;
  return `
Ready in ${seconds} s.

  Orgs (choose a person on the page; there are no passwords here)
${orgs.join("\n")}
  Fleet     http://127.0.0.1:${servicePort}   all clients at once: sign in as ${fleetAccount.name}, password ${fleetAccount.password}
  Clients   ${doorsUrl}   write as a client in Slack, WhatsApp and mail

  Try
  1. Open the ${lively.plan} org as Camila Rossi (a consultant), then a case: the timer runs. Press Acknowledge.
  2. There, "Pedidos duplicados desde la tienda" breaches about a minute after it was opened, at its instant.
  3. Open a case with the real sf CLI:
     npm run sf -- data create record -o ${lively.id} -s Case -v "Subject='It is slow' Support_Priority__c=P1 Origin=Email"
  4. Write as a client on ${doorsUrl}: a case opens, and what a consultant comments on it appears there.
  5. Open the ${lively.plan} org as Martina Ibarra (a client): her plan, and a new case with its promise before it is sent.

Ctrl-C stops everything. npm start again keeps its data; npm start -- --reset begins anew.`;
}
