/**
 * The contract as components read it: which one is in force, whether its policy can be read, whether the service
 * is there. Everything comes from the record and goes through the engine; nothing is guessed.
 */
import { compilePolicy, takePolicy, UTC, type Zone } from "c/slaPolicy";
import type { Contract } from "c/slaEngine";
import { gql } from "lightning/graphql";
import type { RecordRepresentation } from "lightning/uiRecordApi";
import { localDate } from "c/supportFormat";
import type { ContractProblem, ContractRecord, Support } from "./support.ts";

export * from "./support.ts";
export * from "./caseRecord.ts";
export * from "./caseClock.ts";
export * from "./summaries.ts";
export * from "./coverage.ts";
export * from "./byUrgency.ts";

/** The service signs every 5 minutes; after three missed ones it counts as away. */
export const AWAY_AFTER = 15 * 60 * 1000;

const contractFields = [
  "Plan__c",
  "Status__c",
  "Starts_On__c",
  "Ends_On__c",
  "Policy__c",
  "Policy_Version__c",
  "Synced_At__c",
];
/** For getRecord: a field that the user may not see is left out rather than failing the card. */
export const CONTRACT_FIELDS = contractFields.map((name) => `Support_Contract__c.${name}`);

/** Every contract of the org, the newest first: few, ever. */
export const CONTRACTS = gql`
  query SupportContracts {
    uiapi {
      query {
        Support_Contract__c(first: 50, orderBy: { Starts_On__c: { order: DESC } }) {
          edges {
            node {
              Id
              Plan__c {
                value
              }
              Status__c {
                value
              }
              Starts_On__c {
                value
              }
              Ends_On__c {
                value
              }
              Policy__c {
                value
              }
              Policy_Version__c {
                value
              }
              Synced_At__c {
                value
              }
            }
          }
        }
      }
    }
  }
`;

type Read = (field: string) => unknown;
const words = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const stamp = (value: unknown): number | null => {
  const at = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
};

function contractRecord(id: string, read: Read): ContractRecord {
  return {
    id,
    plan: words(read("Plan__c")),
    status: (words(read("Status__c")) ?? "Suspended") as Contract["status"],
    startsOn: words(read("Starts_On__c")),
    endsOn: words(read("Ends_On__c")),
    policy: words(read("Policy__c")),
    policyVersion: words(read("Policy_Version__c")),
    syncedAt: stamp(read("Synced_At__c")),
  };
}

/** From a GraphQL answer to `CONTRACTS`. */
export const contractsOf = (data: any): ContractRecord[] =>
  (data?.uiapi?.query?.Support_Contract__c?.edges ?? []).map(({ node }: any) =>
    contractRecord(node.Id, (field) => node[field]?.value),
  );

/** From a UI API record. */
export const contractOf = (record: RecordRepresentation): ContractRecord =>
  contractRecord(record.id, (field) => record.fields[field]?.value);

export const isInForce = (record: ContractRecord, now: number): boolean => {
  const today = localDate(now, zoneOf(record));
  return (
    record.status === "Active" &&
    (record.startsOn === null || record.startsOn <= today) &&
    (record.endsOn === null || today <= record.endsOn)
  );
};

/** The same text is the same policy: compiled once a page, however many components ask. */
const known = new Map<string, Support | { problem: ContractProblem }>();

/** A contract's policy, ready to compute with, or why it cannot be read. */
export function supportBy(record: ContractRecord): Support | { problem: ContractProblem } {
  const key = `${record.id}|${record.status}|${record.startsOn}|${record.endsOn}|${record.policy ?? ""}`;
  const before = known.get(key);
  if (before) return "problem" in before ? before : { ...before, record };
  const result = understand(record);
  known.set(key, result);
  return result;
}

function understand(record: ContractRecord): Support | { problem: ContractProblem } {
  const read = takePolicy(record.policy);
  if (!("policy" in read)) return { problem: read.problem };
  const { policy } = read;
  // an older service wrote no law: it writes it anew when it is next there
  if (policy.zone === undefined) return { problem: "damaged" };
  const compiled = compilePolicy(policy);
  return {
    record,
    contract: {
      id: record.id,
      status: record.status,
      startsOn: record.startsOn,
      endsOn: record.endsOn,
      policy,
    },
    compiled,
    zone: compiled.zone,
  };
}

/** The law of a contract's place; UTC where its policy cannot be read: no page guesses. */
export function zoneOf(record: ContractRecord): Zone {
  const support = supportBy(record);
  return "zone" in support ? support.zone : UTC;
}

/** The one contract in force, or why no contract is. */
export function supportInForce(
  records: ContractRecord[],
  now: number,
): Support | { problem: ContractProblem } {
  const inForce = records.filter((record) => isInForce(record, now));
  if (inForce.length > 1) return { problem: "severalContracts" };
  if (inForce.length === 0) return { problem: records.length === 0 ? "noContract" : "notInForce" };
  return supportBy(inForce[0]!);
}

/** What is agreed for later: the contract that starts next, with a policy that can be read; null: nothing is. */
export function supportToCome(records: ContractRecord[], now: number): Support | null {
  const [next] = records
    .filter((record) => record.status === "Active" && record.startsOn !== null)
    .filter((record) => record.startsOn! > localDate(now, zoneOf(record)))
    .sort((a, b) => a.startsOn!.localeCompare(b.startsOn!));
  const support = next && supportBy(next);
  return support && !("problem" in support) ? support : null;
}

export const isAway = (record: ContractRecord, now: number): boolean =>
  record.syncedAt === null || now - record.syncedAt > AWAY_AFTER;

/** What the platform answered, in its own words: the field's fault first, since it is the nearest to the cause. */
export function reasonOf(error: unknown): string {
  const { body, message } = (error ?? {}) as import("lightning/uiRecordApi").FetchError;
  if (Array.isArray(body)) return body.map((each) => each.message).join(" ");
  const fields = Object.values(body?.output?.fieldErrors ?? {}).flat();
  const all = [...fields, ...(body?.output?.errors ?? [])].map((each) => each.message);
  return [...new Set(all)].join(" ") || body?.message || message || "";
}
