// The three clients of the demonstration: an org, a plan and the people who work in it.
// Ports are fixed so that your bookmarks stay valid after a restart. COMPROMISO_PORT moves all of them.

export const basePort = Number(process.env.COMPROMISO_PORT ?? 8100);
export const servicePort = basePort;
export const pubsubPort = basePort + 10;
/** Used only with --tls. */
export const pubsubTlsPort = basePort + 11;

export interface Person {
  username: string;
  name: string;
  email: string;
  profile: string;
  language: string;
  permissionSets: string[];
}

/** An org of the demonstration with its people. */
export interface DemoOrg {
  id: string;
  label: string;
  domain: string;
  port: number;
  admin: Person;
  sync: Person;
  consultants: Person[];
  clients: Person[];
}

export interface DemoClient extends DemoOrg {
  id: "silver" | "gold" | "platinum";
  plan: "Silver" | "Gold" | "Platinum";
  consultants: [Person, Person];
  clients: [Person, Person];
}

function client(
  id: DemoClient["id"],
  plan: DemoClient["plan"],
  label: string,
  domain: string,
  offset: number,
): DemoClient {
  const person = (first: string, name: string, profile: string, language: string, set: string): Person => ({
    username: `${first}@${domain}`,
    name,
    email: `${first}@${domain}`,
    profile,
    language,
    permissionSets: [set],
  });
  return {
    id,
    plan,
    label,
    domain,
    port: basePort + offset,
    admin: person("admin", "Ada Suárez", "System Administrator", "en_US", "Support_Admin"),
    sync: person(
      "sync",
      "Compromiso Sync",
      "Minimum Access - API Only Integrations",
      "en_US",
      "Support_Sync",
    ),
    consultants: [
      person("camila", "Camila Rossi", "Standard User", "es", "Support_Consultant"),
      person("bruno", "Bruno Díaz", "Standard User", "en_US", "Support_Consultant"),
    ],
    clients: [
      person("martina", "Martina Ibarra", "Standard User", "es", "Support_Client"),
      person("tom", "Tom Baker", "Standard User", "en_US", "Support_Client"),
    ],
  };
}

/** The provider's own org, with --hub: its consultants work there on the cases of all clients. */
const consultancy = "consultora.example";
const inHub = (first: string, name: string, language: string, ...permissionSets: string[]): Person => ({
  ...{ username: `${first}@${consultancy}`, name, email: `${first}@${consultancy}`, language },
  profile: "Standard User",
  permissionSets,
});
export const hub: DemoOrg = {
  id: "hub",
  label: "Consultora Sur",
  domain: consultancy,
  port: basePort + 5,
  admin: { ...inHub("admin", "Ada Suárez", "en_US", "Hub_Admin"), profile: "System Administrator" },
  sync: {
    ...inHub("sync", "Compromiso Sync", "en_US", "Hub_Service", "Support_Sync"),
    profile: "Minimum Access - API Only Integrations",
  },
  consultants: [
    inHub("camila", "Camila Rossi", "es", "Hub_Consultant", "Hub_All_Clients"),
    inHub("bruno", "Bruno Díaz", "en_US", "Hub_Consultant", "Hub_All_Clients"),
  ],
  clients: [],
};

export const demoClients: readonly DemoClient[] = [
  client("silver", "Silver", "Austral Retail", "austral.example", 1),
  client("gold", "Gold", "Pampa Seguros", "pampa.example", 2),
  client("platinum", "Platinum", "Andes Energía", "andes.example", 3),
];

export const peopleOf = (c: DemoOrg): Person[] => [c.admin, c.sync, ...c.consultants, ...c.clients];
export const instanceUrl = (c: DemoOrg): string => `http://127.0.0.1:${c.port}`;
/** The app of the sf CLI and of people. The service signs in with the deployed app instead. */
export const connectedApp = "compromiso-local";
