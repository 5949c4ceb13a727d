import { api, LightningElement } from "lwc";
import { t, type ComponentModel, type PageContext } from "local/boot";

const TITLES: Record<string, string> = {
  "Standard.Tab.detail": "Details",
  "Standard.Tab.relatedLists": "Related",
  "Standard.Tab.activity": "Activity",
  "Standard.Tab.collaborate": "Chatter",
  "Standard.Tab.feed": "Feed",
};

/** `flexipage:tabset`. Its tabs are the components of a facet, and each tab has its own facet. */
export default class Tabset extends LightningElement {
  @api pageContext!: PageContext;
  @api model!: ComponentModel;

  get tabs(): { identifier: string; title: string; body: string; active: boolean }[] {
    const facet = String(this.model.properties.tabs ?? "");
    return (this.pageContext.page.regions[facet]?.components ?? []).map(({ identifier, properties }) => {
      const title = String(properties.title ?? "");
      return {
        identifier,
        title: t(TITLES[title] ?? title),
        body: String(properties.body ?? ""),
        active: properties.active === "true",
      };
    });
  }
  get active(): string | undefined {
    return (this.tabs.find(({ active }) => active) ?? this.tabs[0])?.identifier;
  }
}
