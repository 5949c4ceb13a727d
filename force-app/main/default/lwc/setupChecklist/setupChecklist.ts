/** For admins: what is still missing for support to work in this org, and how to fix it. */
import { LightningElement, wire } from "lwc";
import { gql, graphql, type GraphQLResult } from "lightning/graphql";
import {
  getObjectInfo,
  getPicklistValuesByRecordType,
  type ObjectInfo,
  type PicklistValues,
} from "lightning/uiObjectInfoApi";
import { serverNow, whileVisible } from "c/slaTicker";
import {
  CONTRACTS,
  casesOf,
  casesQuery,
  contractsOf,
  type CaseRecord,
  type ContractRecord,
} from "c/supportContract";
import { fill } from "c/supportFormat";
import {
  atWork,
  contractCheck,
  eventsCheck,
  fieldsCheck,
  peopleCheck,
  picklistCheck,
  policyCheck,
  syncCheck,
  type Check,
  type Outcome,
} from "./checks.ts";
import { labels } from "./labels.ts";

const REFRESH = 30_000;

/** Not every org lets a page read assignments: then the list says so and links to where they are. */
const ASSIGNMENTS = gql`
  query SupportAssignments {
    uiapi {
      query {
        PermissionSetAssignment(first: 2000, where: { PermissionSet: { Name: { like: "Support_%" } } }) {
          edges {
            node {
              Id
              PermissionSet {
                Name {
                  value
                }
              }
            }
          }
        }
      }
    }
  }
`;

const looks: Record<Outcome, { icon: string; variant: string; word: string }> = {
  done: { icon: "utility:success", variant: "success", word: labels.done },
  todo: { icon: "utility:warning", variant: "warning", word: labels.todo },
  unknown: { icon: "utility:help", variant: "", word: labels.unknown },
  checking: { icon: "utility:clock", variant: "", word: labels.checking },
};

export default class SetupChecklist extends LightningElement {
  labels = labels;
  contractsQuery = CONTRACTS;
  casesQuery = casesQuery("{ IsClosed: { eq: false } }");
  assignmentsQuery = ASSIGNMENTS;
  problem: "noSetupAccess" | "error" | "" = "";
  problemDetail = "";
  contracts: ContractRecord[] | null = null;
  cases: CaseRecord[] | null = null;
  info: ObjectInfo | null = null;
  assigned: Map<string, number> | null = null;
  picklists: Map<string, PicklistValues> | null = null;
  /** Record types are asked about one after another: a wire holds one at a time. */
  recordTypeId: string | undefined;
  now = serverNow();
  #refreshes = new Map<string, () => Promise<void>>();
  #stop: (() => void) | undefined;

  @wire(graphql, { query: "$contractsQuery" })
  wiredContracts({ data, errors, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("contracts", refresh);
    if (data) {
      this.problem = "";
      this.contracts = contractsOf(data);
    } else if (errors) {
      // a user without access is told that the object does not exist
      this.problem = errors.some(({ message }) => /support_/i.test(message)) ? "noSetupAccess" : "error";
      this.problemDetail = this.problem === "error" ? errors.map(({ message }) => message).join(" ") : "";
    }
    this.now = serverNow();
  }
  @wire(graphql, { query: "$casesQuery" })
  wiredCases({ data, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("cases", refresh);
    if (data) this.cases = casesOf(data);
    this.now = serverNow();
  }
  @wire(graphql, { query: "$assignmentsQuery" })
  wiredAssignments({ data, refresh }: GraphQLResult): void {
    if (refresh) this.#refreshes.set("assignments", refresh);
    if (!data) return;
    const assigned = new Map<string, number>();
    for (const { node } of data.uiapi?.query?.PermissionSetAssignment?.edges ?? []) {
      const name = node.PermissionSet?.Name?.value;
      assigned.set(name, (assigned.get(name) ?? 0) + 1);
    }
    this.assigned = assigned;
  }
  @wire(getObjectInfo, { objectApiName: "Case" })
  wiredInfo({ data }: { data?: ObjectInfo }): void {
    if (!data) return;
    this.info = data;
    this.recordTypeId = this.recordTypes[0]?.recordTypeId;
  }
  @wire(getPicklistValuesByRecordType, { objectApiName: "Case", recordTypeId: "$recordTypeId" })
  wiredPicklists({ data }: { data?: PicklistValues }): void {
    const at = this.recordTypes.findIndex(({ recordTypeId }) => recordTypeId === this.recordTypeId);
    if (!data || at < 0) return;
    this.picklists = new Map([...(this.picklists ?? []), [this.recordTypes[at]!.name, data]]);
    const next = this.recordTypes[at + 1];
    if (next) this.recordTypeId = next.recordTypeId;
  }

  override connectedCallback(): void {
    this.#stop = whileVisible(REFRESH, () => this.checkAgain());
  }
  override disconnectedCallback(): void {
    this.#stop?.();
  }

  private get recordTypes() {
    return Object.values(this.info?.recordTypeInfos ?? {}).filter(({ available }) => available);
  }

  checkAgain(): void {
    this.now = serverNow();
    this.#refreshes.forEach((refresh) => {
      void refresh();
    });
  }

  private get checks(): Check[] {
    return [
      contractCheck(this.contracts, this.now),
      policyCheck(this.contracts, this.now),
      peopleCheck(this.assigned, atWork(this.contracts, this.cases)),
      fieldsCheck(this.info),
      picklistCheck(this.picklists),
      syncCheck(this.contracts, this.now),
      eventsCheck(this.cases, this.now),
    ];
  }
  get readable(): boolean {
    return this.problem === "";
  }
  get items() {
    return this.checks.map((check) => ({
      ...check,
      ...looks[check.outcome],
      classes: `item item_${check.outcome}`,
    }));
  }
  get summary(): string {
    const missing = this.checks.filter(({ outcome }) => outcome === "todo").length;
    if (this.checks.some(({ outcome }) => outcome === "checking")) return labels.checking;
    return missing === 0 ? labels.allDone : fill(labels.missing, missing);
  }
}
