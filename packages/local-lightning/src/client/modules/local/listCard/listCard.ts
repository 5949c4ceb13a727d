import { api, LightningElement } from "lwc";
import type { ComponentModel } from "local/boot";

/** `flexipage:filterListCard`: a list view on a page. */
export default class ListCard extends LightningElement {
  @api pageContext: unknown;
  @api model!: ComponentModel;

  get object(): string {
    return String(this.model.properties.entityName ?? "");
  }
  get filter(): string {
    return String(this.model.properties.filterName ?? "");
  }
}
