import { api, LightningElement } from "lwc";
import type { PageContext } from "local/boot";

/** All related lists of the record's layout. */
export default class RelatedLists extends LightningElement {
  @api pageContext!: PageContext;
  @api model: unknown;

  get names(): string[] {
    return this.pageContext.record?.relatedLists ?? [];
  }
}
