import { api, LightningElement } from "lwc";
import type { PageContext } from "local/boot";

/** The rows of regions of each template, with each region's share of the width. */
const TEMPLATES: Record<string, string[][]> = {
  "flexipage:recordHomeTemplateDesktop": [["header"], ["main:2", "sidebar:1"]],
  "flexipage:recordHomeLeftSidebarTemplateDesktop": [["header"], ["sidebar:1", "main:2"]],
  "flexipage:recordHomeThreeColTemplateDesktop": [["header"], ["leftsidebar:1", "main:2", "rightsidebar:1"]],
  "flexipage:recordHomeSingleColNoHeaderTemplateDesktop": [["main"]],
  "flexipage:recordHomeSubheaderTemplateDesktop": [["header"], ["subheader"], ["main:2", "sidebar:1"]],
  "flexipage:defaultAppHomeTemplate": [["main"]],
  "flexipage:appHomeTemplateTwoColumns": [["left:1", "right:1"]],
  "flexipage:appHomeTemplateThreeColumns": [["left:1", "middle:1", "right:1"]],
  "flexipage:appHomeTemplateHeaderTwoColumns": [["header"], ["left:1", "right:1"]],
  "flexipage:appHomeTemplateHeaderTwoColumnsRightSidebar": [["header"], ["left:2", "right:1"]],
  "flexipage:appHomeTemplateTwoColumnsRightSidebar": [["left:2", "right:1"]],
  "flexipage:appHomeTemplateTwoColumnsLeftSidebar": [["left:1", "right:2"]],
  "home:desktopTemplate": [["top:1"], ["bottomLeft:1", "bottomRight:1", "sidebar:1"]],
};

/** A deployed page with its template's regions. If we do not know the template, its regions follow each other. */
export default class Flexipage extends LightningElement {
  @api pageContext!: PageContext;

  get pageClass(): string {
    return `flexipage flexipage-${this.pageContext.page.type}`;
  }
  get rows(): object[] {
    const { template, regions } = this.pageContext.page;
    const filled = (name: string) => (regions[name]?.components.length ?? 0) > 0;
    const plain = Object.entries(regions)
      .filter(([, { type }]) => type === "Region")
      .map(([name]) => [name]);
    return (TEMPLATES[template] ?? plain)
      .map((row) => row.map((each) => each.split(":")).filter(([name = ""]) => filled(name)))
      .filter((row) => row.length > 0)
      .map((row, i) => ({
        key: `row-${i}`,
        rowClass: "flexipage-row",
        regions: row.map(([name, weight]) => ({
          name,
          regionClass: `flexipage-region flexipage-weight-${weight ?? 1}`,
        })),
      }));
  }
}
