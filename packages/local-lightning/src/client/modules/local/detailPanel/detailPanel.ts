import { api, LightningElement } from "lwc";
import type { Layout, PageContext } from "local/boot";

/** The record's fields in the order of its layout. */
export default class DetailPanel extends LightningElement {
  @api pageContext!: PageContext;
  @api model: unknown;

  get recordId(): string | undefined {
    return this.pageContext.recordId;
  }
  get objectApiName(): string | undefined {
    return this.pageContext.objectApiName;
  }
  get layout(): Layout | undefined {
    return this.pageContext.record?.layout;
  }
}
