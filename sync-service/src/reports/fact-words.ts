import type { Fact, Text } from "c/slaEngine";
import type { labelsOf } from "./labels.ts";

/** Statuses that Salesforce brings along. An org's own statuses stay as the org calls them. */
const statuses: Record<string, string> = {
  New: "Nuevo",
  Working: "En proceso",
  Escalated: "Escalado",
  "On Hold": "En espera",
  Closed: "Cerrado",
};
export const statusName = (status: string): Text => ({ es: statuses[status] ?? status, en: status });

const roles: Record<Fact["by"]["role"], Text> = {
  consultant: { es: "consultoría", en: "consultant" },
  requester: { es: "quien pidió", en: "requester" },
  automation: { es: "automatización", en: "automation" },
  sync: { es: "el servicio", en: "the service" },
  other: { es: "otra persona", en: "somebody else" },
};
export const roleName = (role: Fact["by"]["role"]): Text => roles[role];

const owners: Record<string, Text> = {
  consultant: { es: "una persona de consultoría", en: "a consultant" },
  queue: { es: "una cola", en: "a queue" },
  other: { es: "otra persona", en: "somebody else" },
};

const ways: Record<Extract<Fact, { via: string }>["via"], Text> = {
  field: { es: "en Salesforce", en: "in Salesforce" },
  slack: { es: "por Slack", en: "by Slack" },
  onCall: { es: "desde la guardia", en: "from on-call" },
  email: { es: "por correo", en: "by email" },
  api: { es: "por la API", en: "by the API" },
  hub: { es: "en la central", en: "in the hub" },
  comment: { es: "con un comentario", en: "by a comment" },
};

const both = (es: string, en: string): Text => ({ es, en });
/** `Prioridad: Alto`, or `Prioridad: sin valor`. */
const set = (name: Text, value: Text | null) =>
  both(`${name.es}: ${value?.es ?? "sin valor"}`, `${name.en}: ${value?.en ?? "no value"}`);

/** A fact as people say it. */
export function factInWords(fact: Fact, labels: ReturnType<typeof labelsOf>): Text {
  switch (fact.kind) {
    case "created": {
      const priority = fact.priority === null ? null : labels.priority(fact.priority);
      const channel = fact.channel === null ? null : labels.channel(fact.channel);
      const parts = [priority, channel].filter((part) => part !== null);
      const after = (language: "es" | "en") =>
        parts.length === 0 ? "" : ` (${parts.map((part) => part[language]).join(", ")})`;
      return both(`Se abrió el caso${after("es")}`, `The case was opened${after("en")}`);
    }
    case "contract":
      return fact.contractId === null
        ? both("El caso dejó el contrato", "The case left the contract")
        : both("El caso entró en el contrato", "The case came under the contract");
    case "priority":
      return set(
        both("Prioridad", "Priority"),
        fact.priority === null ? null : labels.priority(fact.priority),
      );
    case "category":
      return set(
        both("Categoría", "Category"),
        fact.category === null ? null : labels.category(fact.category),
      );
    case "channel":
      return set(both("Canal", "Channel"), fact.channel === null ? null : labels.channel(fact.channel));
    case "status":
      return set(both("Estado", "Status"), statusName(fact.status));
    case "owner":
      return set(both("Responsable", "Owner"), owners[fact.owner]!);
    case "acknowledgement":
      return both(`Acuse de recibo ${ways[fact.via].es}`, `Acknowledged ${ways[fact.via].en}`);
    case "reply":
      return both(`Respuesta ${ways[fact.via].es}`, `Reply ${ways[fact.via].en}`);
    case "deleted":
      return fact.merged === true
        ? both("Se unió con otro caso", "Merged into another case")
        : both("Se borró", "Deleted");
    case "undeleted":
      return both("Se recuperó", "Restored");
  }
}
