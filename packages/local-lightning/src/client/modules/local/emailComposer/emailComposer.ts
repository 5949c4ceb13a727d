import { api, LightningElement } from "lwc";
import { createRecord } from "lightning/uiRecordApi";
import { decodeDefaultFieldValues } from "lightning/pageReferenceUtils";
import { boot, t } from "local/boot";
import { toast } from "local/toasts";

/** Stands in for the Send Email action: it sends nothing, and keeps the email as sent on the record. */
export default class EmailComposer extends LightningElement {
  @api recordId!: string;
  @api defaults = "";
  values: Record<string, string> = {};
  problem = "";
  busy = false;
  words = {
    title: t("Email"),
    to: t("To"),
    subject: t("Subject"),
    body: t("Body"),
    send: t("Send"),
    close: t("Close"),
  };
  #restore: Element | null = null;
  #focused = false;

  connectedCallback(): void {
    this.#restore = document.activeElement;
    this.values = decodeDefaultFieldValues(this.defaults);
  }
  renderedCallback(): void {
    if (this.#focused) return;
    this.#focused = true;
    this.template!.querySelector<HTMLElement>("lightning-input")?.focus();
  }
  disconnectedCallback(): void {
    if (this.#restore instanceof HTMLElement) this.#restore.focus();
  }

  change(event: CustomEvent<{ value?: string }>): void {
    const { name } = event.target as HTMLInputElement;
    this.values = { ...this.values, [name]: event.detail.value ?? "" };
  }
  key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
  }
  close(): void {
    this.dispatchEvent(new CustomEvent("close"));
  }
  async send(): Promise<void> {
    this.busy = true;
    this.problem = "";
    const { ToAddress = "", Subject = "", HtmlBody = "" } = this.values;
    try {
      await createRecord({
        apiName: "EmailMessage",
        fields: {
          ...{
            ParentId: this.recordId,
            ToAddress,
            Subject,
            TextBody: HtmlBody,
            Incoming: false,
            Status: "3",
          },
          ...{ FromName: boot.user.name, FromAddress: boot.user.username },
          MessageDate: new Date().toISOString(),
        },
      });
      toast({ title: t("Email sent."), variant: "success" });
      this.close();
    } catch (error) {
      const { body } = error as { body?: { message?: string; output?: { errors?: { message: string }[] } } };
      this.problem = body?.output?.errors?.[0]?.message ?? body?.message ?? String(error);
    }
    this.busy = false;
  }
}
