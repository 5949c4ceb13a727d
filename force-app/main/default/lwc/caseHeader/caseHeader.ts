/**
 * The head of our case pages. The standard highlights follow the org's own compact layout, which shows the standard
 * priority beside the one that was promised. In a console it names the tab too.
 */
import { LightningElement, api, wire } from "lwc";
import { NavigationMixin } from "lightning/navigation";
import { EnclosingTabId, IsConsoleNavigation, setTabLabel } from "lightning/platformWorkspaceApi";
import { getRecord, type RecordRepresentation, type WiredRecord } from "lightning/uiRecordApi";
import userId from "@salesforce/user/Id";
import { priorityLabel } from "c/slaStatus";
import { CASE_FIELDS, CASE_OPTIONAL_FIELDS, caseOf, isUnassigned, type CaseRecord } from "c/supportContract";
import { fill } from "c/supportFormat";
import { labels } from "./labels.ts";

/** A tab shows about so many letters. */
const TAB_LETTERS = 40;
const tones: Record<string, string> = { P1: "danger", P2: "warning", P3: "calm", P4: "muted" };

export default class CaseHeader extends NavigationMixin(LightningElement) {
  @api recordId?: string;
  @api objectApiName?: string;
  /** Beside a queue the tab is the queue's, and keeps its name. */
  @api besideQueue = false;

  labels = labels;
  caseFields = CASE_FIELDS;
  optionalCaseFields = [...CASE_OPTIONAL_FIELDS, "Case.CreatedBy.Name"];
  record: CaseRecord | null = null;
  openedBy = "";
  #tabId: string | undefined;
  #inConsole = false;
  #tabLabel = "";

  @wire(getRecord, { recordId: "$recordId", fields: "$caseFields", optionalFields: "$optionalCaseFields" })
  wiredCase({ data }: WiredRecord): void {
    if (!data) return;
    this.record = caseOf(data);
    const creator = data.fields.CreatedBy?.value as RecordRepresentation | null | undefined;
    this.openedBy = String(creator?.fields?.Name?.value ?? "");
    this.nameTab();
  }
  @wire(EnclosingTabId)
  wiredTab(tab: string | undefined | { data?: string }): void {
    this.#tabId = typeof tab === "object" ? tab?.data : tab;
    this.nameTab();
  }
  @wire(IsConsoleNavigation)
  wiredConsole(inConsole: boolean | { data?: boolean }): void {
    this.#inConsole = inConsole === true || (typeof inConsole === "object" && inConsole?.data === true);
    this.nameTab();
  }

  /** Nine tabs of numbers alone say nothing: number, priority and subject. */
  private nameTab(): void {
    const { record } = this;
    if (!record || this.besideQueue || !this.#inConsole || !this.#tabId) return;
    const whole = [record.number, record.priority, record.subject].filter(Boolean).join(" · ");
    const label = whole.length > TAB_LETTERS ? `${whole.slice(0, TAB_LETTERS - 1)}…` : whole;
    if (label === this.#tabLabel) return;
    this.#tabLabel = label;
    // a name for a tab is an extra: without it the tab keeps the platform's
    setTabLabel(this.#tabId, label).catch(() => {});
  }

  get caseLine(): string {
    const { record } = this;
    if (!record) return "";
    return [
      fill(labels.case, record.number),
      this.openedBy && fill(labels.openedBy, this.openedBy),
      record.channelLabel,
    ]
      .filter(Boolean)
      .join(" · ");
  }
  get priority(): string {
    return priorityLabel(this.record?.priority ?? null);
  }
  get priorityClasses(): string {
    return `chip strong tinted tone_${tones[this.record?.priority ?? ""] ?? "muted"}`;
  }
  get owner(): string {
    const { record } = this;
    if (!record) return "";
    // the details name the owner too: both are said
    if (isUnassigned(record))
      return record.ownerName ? fill(labels.unassignedOf, record.ownerName) : labels.unassigned;
    return fill(labels.owner, record.ownerId === userId ? labels.you : (record.ownerName ?? labels.somebody));
  }
  edit(): void {
    void this[NavigationMixin.Navigate]!({
      type: "standard__recordPage",
      attributes: { recordId: this.recordId, objectApiName: "Case", actionName: "edit" },
    });
  }
}
