// Makes cases at interesting moments. People open and acknowledge them through the API; we never write into a store.
import { compilePolicy, readPolicy, type CompiledPolicy } from "c/slaEngine";
import type { Connection, SaveResult } from "jsforce";
import { Mendable } from "./cleanly.ts";
import type { DemoClient } from "./clients.ts";
import { signIn } from "./signin.ts";

interface Moment {
  subject: string;
  description: string;
  priority: "P1" | "P2" | "P3" | "P4";
  category: string;
  channel: string;
  /** The clock's position when the case is written: the used share of the target, or the ms left. */
  used: number | { left: number };
  acknowledge?: true;
}

const incident = "Incident Resolution";
const moments: Moment[] = [
  {
    subject: "Ajustar la regla de asignación de leads",
    description: "Los leads de Córdoba quedan sin dueño.",
    priority: "P3",
    category: "Configuration",
    channel: "Portal",
    used: 0,
  },
  {
    subject: "Usuarios de depósito no pueden ingresar",
    description: "El inicio de sesión da error desde las 9.",
    priority: "P1",
    category: incident,
    channel: "Portal",
    used: 0.5,
  },
  {
    subject: "Facturación caída en producción",
    description:
      "Las facturas quedan en borrador y el proceso nocturno no corre. Bloquea la entrega de pedidos.",
    priority: "P1",
    category: incident,
    channel: "WhatsApp",
    used: 0.8,
  },
  {
    subject: "Pedidos duplicados desde la tienda",
    description: "Cada pedido web entra dos veces.",
    priority: "P1",
    category: incident,
    channel: "Portal",
    used: { left: 75_000 },
  },
  {
    subject: "Integración de stock sin respuesta",
    description: "No actualiza desde ayer.",
    priority: "P1",
    category: incident,
    channel: "Email",
    used: 1.1,
  },
  {
    subject: "Error al cerrar oportunidades",
    description: "Falla una regla de validación nueva.",
    priority: "P1",
    category: incident,
    channel: "Portal",
    used: 0.3,
    acknowledge: true,
  },
  {
    subject: "Reportes de ventas muy lentos",
    description: "El tablero tarda más de un minuto.",
    priority: "P1",
    category: "Performance",
    channel: "Portal",
    used: 1.25,
    acknowledge: true,
  },
  {
    subject: "Nuevo portal para distribuidores",
    description: "Quisiéramos un portal con catálogo y pedidos.",
    priority: "P2",
    category: "New Development",
    channel: "Slack",
    used: 0,
  },
];

/** The creation instant that puts the case at `used` now. */
function openedAt(policy: CompiledPolicy, moment: Moment, now: number): number {
  const { calendar, target } = policy.commitment(moment.priority, moment.category);
  const time = policy.calendar(calendar);
  if (moment.used === 0) return now;
  const whole = time.elapsed(now, policy.due(now, calendar, target));
  const used = typeof moment.used === "number" ? whole * moment.used : whole - moment.used.left;
  return time.add(now, -Math.round(used));
}

async function contractOf(org: Connection): Promise<{ id: string; policy: CompiledPolicy }> {
  const { records } = await org.query<{ Id: string; Policy__c: string }>(
    "SELECT Id, Policy__c FROM Support_Contract__c WHERE Status__c = 'Active'",
  );
  const read = readPolicy(records[0]?.Policy__c ?? null);
  if (!("policy" in read)) throw new Mendable(`The contract's policy cannot be read: ${read.detail}`);
  return { id: records[0]!.Id, policy: compilePolicy(read.policy) };
}

const succeeded = (results: SaveResult[]): string[] =>
  results.map((result) => {
    if (!result.success) throw new Mendable(`A case could not be seeded: ${JSON.stringify(result)}`);
    return result.id;
  });

export async function seed(client: DemoClient, keyFile: string, now: number): Promise<void> {
  const [asAdmin, asConsultant] = await Promise.all([
    signIn(client, client.admin, keyFile),
    signIn(client, client.consultants[0], keyFile),
  ]);
  const contract = await contractOf(asAdmin);
  const { records } = await asAdmin.query<{ Id: string }>(
    `SELECT Id FROM User WHERE Username = '${client.clients[0].username}'`,
  );
  const author = records[0]!.Id;
  const cases = moments.map((moment) => ({
    Subject: moment.subject,
    Description: moment.description,
    Origin: "Web",
    Status: "New",
    Support_Contract__c: contract.id,
    Support_Priority__c: moment.priority,
    Service_Category__c: moment.category,
    Support_Channel__c: moment.channel,
    OwnerId: author,
    CreatedById: author,
    CreatedDate: new Date(openedAt(contract.policy, moment, now)).toISOString(),
  }));
  const ids = succeeded(await asAdmin.sobject("Case").create(cases, { allOrNone: true }));
  const me = (await asConsultant.identity()).user_id;
  const acknowledged = ids.filter((_, i) => moments[i]!.acknowledge);
  succeeded(
    await asConsultant.sobject("Case").update(
      acknowledged.map((Id) => ({ Id, SLA_Acknowledged_By__c: me })),
      { allOrNone: true },
    ),
  );
}
