import { api, LightningElement } from "lwc";
import type { ComponentModel } from "local/boot";

export default class RichText extends LightningElement {
  @api model!: ComponentModel;
  @api pageContext: unknown;

  get value(): string {
    return String(this.model.properties.richTextValue ?? "");
  }
  get boxClass(): string {
    return this.model.properties.decorate === "true"
      ? "slds-card slds-p-around_medium"
      : "slds-p-around_xx-small";
  }
}
