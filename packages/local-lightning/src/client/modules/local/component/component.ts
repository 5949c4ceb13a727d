import { api, getComponentDef, LightningElement, wire } from "lwc";
import { getFieldValue, getRecord } from "lightning/uiRecordApi";
import type { RecordRepresentation } from "local/lds";
import bundles from "local/bundles";
import { boot, type ComponentModel, type PageContext } from "local/boot";

type Constructor = typeof LightningElement;

/**
 * The platform's page components that we draw. We leave out the others, as Salesforce leaves out an unavailable one.
 */
const STANDARD: Record<string, () => Promise<{ default: unknown }>> = {
  "force:highlightsPanel": () => import("local/highlightsPanel"),
  "force:detailPanel": () => import("local/detailPanel"),
  "force:recordDetailPanelMobile": () => import("local/detailPanel"),
  "force:relatedListContainer": () => import("local/relatedLists"),
  "force:relatedListSingleContainer": () => import("local/relatedList"),
  "lst:dynamicRelatedList": () => import("local/relatedList"),
  "flexipage:richText": () => import("local/richText"),
  "flexipage:tabset": () => import("local/tabset"),
  "flexipage:fieldSection": () => import("local/pageFields"),
  "flexipage:filterListCard": () => import("local/listCard"),
  "runtime_sales_pathassistant:pathAssistant": () => import("local/path"),
};

/** One component of a page: a deployed bundle by its name, or a component of the platform. */
export default class Component extends LightningElement {
  @api model!: ComponentModel;
  @api pageContext!: PageContext;
  constructor_: Constructor | undefined;
  failure: string | undefined;
  visible = true;

  connectedCallback(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    const { name } = this.model;
    try {
      const bundle = name.startsWith("c:") ? name.slice(2) : undefined;
      if (bundle && !bundles[bundle]) throw new Error("This component isn't deployed in the org.");
      const module = bundle ? await bundles[bundle]?.() : await STANDARD[name]?.();
      this.constructor_ = module?.default as Constructor | undefined;
    } catch (error) {
      // a page with a broken component still shows the others, and names the broken one
      console.error(error);
      this.failure = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  get properties(): Record<string, unknown> {
    const { recordId, objectApiName } = this.pageContext;
    if (!this.model.name.startsWith("c:")) return { pageContext: this.pageContext, model: this.model };
    const offered = this.constructor_ ? getComponentDef(this.constructor_).props : {};
    const properties: Record<string, unknown> = {};
    for (const [name, value] of Object.entries({ ...this.model.properties, recordId, objectApiName }))
      if (name in offered && value !== undefined) properties[name] = value;
    if ("flexipageRegionWidth" in offered) properties.flexipageRegionWidth = "MEDIUM";
    return properties;
  }

  get shown(): boolean {
    return this.constructor_ !== undefined && this.visible;
  }

  get ruleFields(): string[] | undefined {
    const fields = (this.model.visibility?.criteria ?? []).flatMap(({ left }) => {
      const [, field] = /^\{!Record\.([\w.]+)\}$/.exec(left) ?? [];
      return field ? [`${this.pageContext.objectApiName}.${field}`] : [];
    });
    return fields.length > 0 ? fields : undefined;
  }
  get ruleRecord(): string | undefined {
    return this.ruleFields ? this.pageContext.recordId : undefined;
  }

  @wire(getRecord, { recordId: "$ruleRecord", optionalFields: "$ruleFields" })
  record({ data }: { data?: RecordRepresentation }): void {
    const rule = this.model?.visibility;
    if (!rule || !this.pageContext) return;
    const results = rule.criteria.map(({ left, operator, right }) => {
      // a rule that we cannot evaluate does not hide a component
      const known = !left.startsWith("{!") || /^\{!(Record\.|\$Client\.formFactor|\$User\.Id)/.test(left);
      return !known || compare(this.#left(left, data), operator, right);
    });
    this.visible = decide(results, rule.logic);
  }

  #left(expression: string, record: RecordRepresentation | undefined): unknown {
    const [, path = ""] = /^\{!(.+)\}$/.exec(expression) ?? [];
    if (path.startsWith("Record."))
      return record ? getFieldValue(record, `${this.pageContext.objectApiName}.${path.slice(7)}`) : undefined;
    if (path === "$Client.formFactor") return window.innerWidth < 768 ? "Small" : "Large";
    if (path === "$User.Id") return boot.user.userId;
    return expression;
  }
}

function compare(left: unknown, operator: string, right: string): boolean {
  const text = left === null || left === undefined ? "" : String(left);
  switch (operator) {
    case "EQUAL":
      return text.toLowerCase() === right.toLowerCase();
    case "NE":
      return text.toLowerCase() !== right.toLowerCase();
    case "CONTAINS":
      return text.toLowerCase().includes(right.toLowerCase());
    case "GT":
      return Number(text) > Number(right);
    case "GE":
      return Number(text) >= Number(right);
    case "LT":
      return Number(text) < Number(right);
    case "LE":
      return Number(text) <= Number(right);
    default:
      return true;
  }
}

/** Evaluates `1 AND (2 OR 3)` over the criteria's results. */
function decide(results: boolean[], logic: string | undefined): boolean {
  if (!logic) return results.every(Boolean);
  const tokens = logic.toUpperCase().match(/\d+|AND|OR|NOT|\(|\)/g) ?? [];
  const or = (): boolean => {
    let value = and();
    while (tokens[0] === "OR") {
      tokens.shift();
      const next = and();
      value ||= next;
    }
    return value;
  };
  const and = (): boolean => {
    let value = unit();
    while (tokens[0] === "AND") {
      tokens.shift();
      const next = unit();
      value &&= next;
    }
    return value;
  };
  const unit = (): boolean => {
    const token = tokens.shift();
    if (token === "NOT") return !unit();
    if (token !== "(") return results[Number(token) - 1] ?? true;
    const value = or();
    tokens.shift();
    return value;
  };
  return or();
}
