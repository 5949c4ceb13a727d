import { api, LightningElement } from "lwc";
import type { ComponentModel, PageContext } from "local/boot";

/** The components of a region or a facet. */
export default class Region extends LightningElement {
  @api pageContext!: PageContext;
  @api name!: string;

  get components(): ComponentModel[] {
    return this.pageContext.page.regions[this.name]?.components ?? [];
  }
}
