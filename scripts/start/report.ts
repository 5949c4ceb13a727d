// What a newcomer reads when everything is up: where to look, and what to try.
import { demoClients, instanceUrl, servicePort } from "./clients.ts";
import { fleetAccount } from "./onboard.ts";

export function whereToLook(began: number, placeOf: Record<string, string>): string {
  const seconds = Math.round((Date.now() - began) / 1000);
  const orgs = demoClients.map((c) => {
    const hours = c.plan === "Platinum" ? "P1 round the clock" : `office hours of ${placeOf[c.id]}`;
    return `  ${c.plan.padEnd(9)} ${instanceUrl(c)}   ${c.label}, ${hours}`;
  });
  return `
Ready in ${seconds} s.

  Orgs (choose a person on the page; there are no passwords here)
${orgs.join("\n")}
  Fleet     http://127.0.0.1:${servicePort}   all clients at once: sign in as ${fleetAccount.name}, password ${fleetAccount.password}

  Try
  1. Open the Silver org as Camila Rossi (a consultant), then a case: the timer runs. Press Acknowledge.
  2. "Pedidos duplicados desde la tienda" breaches about a minute from now, at its instant.
  3. Open a case with the real sf CLI:
     npm run sf -- data create record -o silver -s Case -v "Subject='It is slow' Support_Priority__c=P1 Origin=Email"
  4. Open the Silver org as Martina Ibarra (a client): her plan, and a new case with its promise before it is sent.

Ctrl-C stops everything. npm start again keeps its data; npm start -- --reset begins anew.`;
}
