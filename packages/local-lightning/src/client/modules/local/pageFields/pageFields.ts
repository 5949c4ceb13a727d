import { api, LightningElement } from "lwc";
import type { ComponentModel, Layout, PageContext } from "local/boot";

/** Dynamic forms: a section whose columns are facets that hold the fields. */
export default class PageFields extends LightningElement {
  @api pageContext!: PageContext;
  @api model!: ComponentModel;

  get layout(): Layout {
    const { page, record } = this.pageContext;
    const { regions } = page;
    const facets = regions[String(this.model.properties.columns ?? "")]?.components ?? [];
    const columns = facets.map(({ properties }) =>
      (regions[String(properties.body ?? "")]?.components ?? []).flatMap(({ field }) =>
        field
          ? [
              {
                field: field.name,
                required: field.behavior === "required",
                readOnly: field.behavior === "readonly",
              },
            ]
          : [],
      ),
    );
    return {
      sections: [{ heading: String(this.model.properties.label ?? ""), columns }],
      relatedLists: [],
      ...(record?.layout.labels && { labels: record.layout.labels }),
    };
  }
}
