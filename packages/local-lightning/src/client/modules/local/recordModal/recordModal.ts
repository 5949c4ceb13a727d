import { api, LightningElement, wire } from "lwc";
import { decodeDefaultFieldValues } from "lightning/pageReferenceUtils";
import { getObjectInfo } from "lightning/uiObjectInfoApi";
import { boot, shell, t, type Layout, type RecordPageModel } from "local/boot";
import { toast } from "local/toasts";

/** The dialog for a new record, or for editing one. */
export default class RecordModal extends LightningElement {
  @api objectApiName!: string;
  @api recordId?: string;
  @api layout?: Layout;
  @api defaults = "";
  layout_: Layout | undefined;
  label = "";
  saving = false;
  saveLabel = t("Save");
  cancelLabel = t("Cancel");
  closeLabel = t("Close");
  #restore: Element | null = null;

  @wire(getObjectInfo, { objectApiName: "$objectApiName" })
  described({ data }: { data?: { label: string } }): void {
    if (data) this.label = data.label;
  }

  async connectedCallback(): Promise<void> {
    this.#restore = document.activeElement;
    this.layout_ =
      this.layout ??
      (await shell<RecordPageModel>(`record/${this.objectApiName}?app=${encodeURIComponent(boot.app.name)}`))
        .layout;
  }
  #focused = false;
  renderedCallback(): void {
    if (this.#focused) return;
    this.#focused = true;
    this.template!.querySelector<HTMLElement>("section")?.focus();
  }
  disconnectedCallback(): void {
    if (this.#restore instanceof HTMLElement) this.#restore.focus();
  }

  get ready(): boolean {
    return this.layout_ !== undefined;
  }
  get initial(): Record<string, unknown> {
    return decodeDefaultFieldValues(this.defaults);
  }
  get title(): string {
    return this.recordId ? `${t("Edit")} ${this.label}` : t("New {0}", this.label);
  }

  key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.cancel();
  }
  cancel(): void {
    this.dispatchEvent(new CustomEvent("close", { detail: {} }));
  }
  async save(): Promise<void> {
    const form = this.template!.querySelector("local-record-fields") as
      | (HTMLElement & { submit(): Promise<{ id: string } | undefined> })
      | null;
    this.saving = true;
    const record = await form?.submit();
    this.saving = false;
    if (!record) return;
    toast({
      title: t(this.recordId ? "{0} was saved." : "{0} was created.", this.label),
      variant: "success",
    });
    this.dispatchEvent(new CustomEvent("close", { detail: this.recordId ? {} : { recordId: record.id } }));
  }
}
