import type { OrgOptions } from "@compromiso/local-org";

const person = (first: string, name: string, profile: string, set: string | null) => ({
  username: `${first}@austral.example`,
  name,
  profile,
  set,
});

/** Who works in a test's org. */
export const people = {
  admin: person("admin", "Ada Suárez", "System Administrator", null),
  sync: person("sync", "Compromiso Sync", "Minimum Access - API Only Integrations", "Support_Sync"),
  camila: person("camila", "Camila Rossi", "Standard User", "Support_Consultant"),
  bruno: person("bruno", "Bruno Díaz", "Standard User", "Support_Consultant"),
  martina: person("martina", "Martina Ibarra", "Standard User", "Support_Client"),
};
/** Who works in a test's hub. */
const hubPeople = {
  ...people,
  sync: { ...people.sync, set: "Hub_Service" },
  camila: { ...people.camila, set: "Hub_Consultant Hub_All_Clients" },
  bruno: { ...people.bruno, set: "Hub_Consultant Hub_All_Clients" },
  martina: { ...people.martina, set: null },
};
export type PersonName = keyof typeof people;
export const clientId = "compromiso-test";
/** An app of the org that lets the service in by its secret. */
export const secretApp = { clientId: "compromiso-secret", clientSecret: "a secret of the test's org" };
export const isHub = (name: string) => name.startsWith("hub");
export const peopleOf = (name: string) => (isHub(name) ? hubPeople : people);

export const plan = (name: string, certificate: string): OrgOptions => ({
  name,
  label: isHub(name) ? "Consultora Sur" : "Austral Retail",
  language: "en_US",
  timeZone: "America/Argentina/Buenos_Aires",
  users: Object.values(people).map(({ username, name: full, profile }) => ({
    username,
    name: full,
    email: username,
    profile,
    language: "en_US",
  })),
  apps: [
    { name: clientId, clientId, certificate },
    { name: secretApp.clientId, ...secretApp, runAs: people.sync.username },
  ],
});
