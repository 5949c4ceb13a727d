import { profileName } from "@compromiso/local-org/pages";
import type { Context } from "../context.ts";
import { all, child, textOf, type XmlElement } from "@compromiso/local-org/xml";
import { compactFields, layoutLabel, layoutOf, type Layout } from "../uiapi/layouts.ts";
import { childRelationships } from "../uiapi/objectInfo.ts";
import { iconNameOf } from "../uiapi/icons.ts";
import { flexipage, typed, type ComponentModel, type PageModel } from "./flexipage.ts";

export interface NavItem {
  name: string;
  label: string;
  icon: string;
  url: string;
  /** The tab of an object. Its records open under this tab. */
  object?: string;
}
export interface UtilityItem {
  identifier: string;
  label: string;
  icon: string;
  width: number;
  height: number;
  eager: boolean;
  scrollable: boolean;
  component: ComponentModel;
}
export interface AppModel {
  name: string;
  label: string;
  description: string;
  color: string;
  console: boolean;
  items: NavItem[];
  utilities: UtilityItem[];
  utilitiesLeft: boolean;
}

/** The app of every org. It serves an org without deployed apps. */
const STANDARD_SERVICE = "standard__LightningService";

export function apps(
  context: Context,
): { name: string; label: string; description: string; color: string }[] {
  const { deployed, words } = context;
  const mine = deployed
    .documents("CustomApplication")
    .filter(
      ({ fullName, root }) =>
        (textOf(root, "uiType") ?? "Lightning") === "Lightning" && visible(context, fullName),
    )
    .map(({ fullName, root }) => ({
      name: fullName,
      label: words.app(fullName, textOf(root, "label") ?? fullName),
      description: textOf(root, "description") ?? "",
      color: textOf(child(root, "brand"), "headerColor") ?? "#0176D3",
    }));
  return [
    ...mine,
    {
      name: STANDARD_SERVICE,
      label: words.ui("Service"),
      description: words.ui("Cases, accounts and contacts"),
      color: "#0176D3",
    },
  ];
}

/** A user sees the apps that a permission set or profile grants. Administrators see all apps. */
function visible({ org, caller, deployed }: Context, app: string): boolean {
  if (org.access.userPermission(caller.userId, "ModifyAllData")) return true;
  const assigned = new Set<string>();
  for (const row of org.rows("PermissionSetAssignment"))
    if (row.AssigneeId === caller.userId && typeof row.PermissionSetId === "string") {
      const name = org.row("PermissionSet", row.PermissionSetId)?.Name;
      if (typeof name === "string") assigned.add(name);
    }
  const shows = (root: XmlElement) =>
    all(root, "applicationVisibilities").some(
      (entry) => textOf(entry, "application") === app && textOf(entry, "visible") === "true",
    );
  const own = org.row("Profile", String(org.row("User", caller.userId)?.ProfileId))?.Name;
  return (
    deployed.documents("PermissionSet").some(({ fullName, root }) => assigned.has(fullName) && shows(root)) ||
    deployed.documents("Profile").some(({ fullName, root }) => profileName(fullName) === own && shows(root))
  );
}

export function app(context: Context, name: string | undefined): AppModel {
  const { deployed, words } = context;
  const available = apps(context);
  const chosen = available.find((each) => each.name === name) ?? available[0];
  const root = chosen ? deployed.document("CustomApplication", chosen.name) : undefined;
  if (!chosen || !root)
    return {
      name: STANDARD_SERVICE,
      label: words.ui("Service"),
      description: "",
      color: "#0176D3",
      console: false,
      items: ["standard-home", "standard-Case", "standard-Account", "standard-Contact"].flatMap(
        (tab) => item(context, tab) ?? [],
      ),
      utilities: [],
      utilitiesLeft: true,
    };
  const bar = textOf(root, "utilityBar");
  return {
    ...chosen,
    console: textOf(root, "navType") === "Console",
    items: all(root, "tabs").flatMap((tab) => item(context, tab.text.trim()) ?? []),
    utilities: bar ? utilities(context, bar) : [],
    utilitiesLeft: !bar || isLeftAligned(deployed.document("FlexiPage", bar)),
  };
}

function isLeftAligned(bar: XmlElement | undefined): boolean {
  const properties = all(child(bar, "template"), "properties");
  return properties.every(
    (each) => textOf(each, "name") !== "isLeftAligned" || textOf(each, "value") === "true",
  );
}

function utilities(context: Context, bar: string): UtilityItem[] {
  const page = flexipage(context, bar);
  return (page?.regions.utilityItems?.components ?? []).map((component) => {
    const { label, icon, width, height, eager, scrollable, ...properties } = component.properties;
    return {
      identifier: component.identifier,
      label: context.words.ui(String(label ?? component.name)),
      icon: `utility:${String(icon ?? "fallback")}`,
      width: Number(width ?? 340),
      height: Number(height ?? 480),
      eager: eager === "true" || eager === true,
      scrollable: scrollable !== "false",
      component: { ...component, properties },
    };
  });
}

function item(context: Context, tab: string): NavItem | undefined {
  const { deployed, words, org, caller } = context;
  if (tab === "standard-home")
    return { name: tab, label: words.ui("Home"), icon: "standard:home", url: "/lightning/page/home" };
  const root = deployed.document("CustomTab", tab);
  const object = tab.startsWith("standard-")
    ? tab.slice("standard-".length)
    : textOf(root, "customObject") === "true"
      ? tab
      : undefined;
  if (object) {
    const definition = org.schema.object(object);
    if (!definition || !org.access.object(caller.userId, definition.name).read) return undefined;
    return {
      name: tab,
      label: words.object(definition.name, definition.labelPlural, true),
      icon: iconNameOf(definition.name, textOf(root, "motif")),
      url: `/lightning/o/${definition.name}/list`,
      object: definition.name,
    };
  }
  if (!root) return undefined;
  return {
    name: tab,
    label: words.tab(tab, textOf(root, "label") ?? tab),
    icon: iconNameOf("", textOf(root, "motif")),
    url: `/lightning/n/${tab}`,
  };
}

/** The content of a custom tab: a FlexiPage, or one component that is exposed as a tab. */
export function tabPage(
  context: Context,
  tab: string,
): { label: string; icon: string; page: PageModel } | undefined {
  const root = context.deployed.document("CustomTab", tab);
  if (!root) return undefined;
  const label = context.words.tab(tab, textOf(root, "label") ?? tab);
  const icon = iconNameOf("", textOf(root, "motif"));
  const page = textOf(root, "flexiPage");
  if (page) {
    const model = flexipage(context, page);
    return model ? { label, icon, page: model } : undefined;
  }
  const component = textOf(root, "lwcComponent");
  if (!component) return undefined;
  return { label, icon, page: single(context, component, label) };
}

function single(context: Context, bundle: string, label: string): PageModel {
  const component = { identifier: bundle, name: `c:${bundle}`, properties: typed(context, bundle, {}) };
  return {
    name: bundle,
    label,
    type: "AppPage",
    template: "flexipage:defaultAppHomeTemplate",
    regions: { main: { type: "Region", components: [component] } },
  };
}

/** The page of an override, first from the app, then from the object. It respects the form factor. */
function override(
  elements: XmlElement[],
  action: string,
  target: string | undefined,
  formFactor: string,
): string | undefined {
  const fitting = elements.filter(
    (each) =>
      textOf(each, "actionName") === action &&
      textOf(each, "type") === "Flexipage" &&
      (target === undefined || textOf(each, "pageOrSobjectType") === target),
  );
  const found = fitting.find((each) => textOf(each, "formFactor") === formFactor) ?? fitting[0];
  return textOf(found, "content");
}

export interface RecordPage {
  page: PageModel;
  highlights: string[];
  layout: Layout & { labels: Record<string, string> };
  relatedLists: string[];
}

/** The record page of an object in an app, and the content of its standard components. */
export function recordPage(
  context: Context,
  appName: string,
  objectName: string,
  formFactor: string,
): RecordPage | undefined {
  const object = context.org.schema.object(objectName);
  if (!object) return undefined;
  const { deployed } = context;
  const root = deployed.document("CustomApplication", appName);
  const assigned =
    override(
      [...all(root, "actionOverrides"), ...all(root, "profileActionOverrides")],
      "View",
      object.name,
      formFactor,
    ) ?? override(deployed.objectParts(object.name, "actionOverrides"), "View", undefined, formFactor);
  const layout = layoutOf(context, object);
  const named = layout.relatedLists.map(({ relationship }) => relationship);
  const children = childRelationships(context, object).map(({ relationshipName }) =>
    String(relationshipName),
  );
  const standard = ["CaseComments", "EmailMessages", "Cases", "Contacts", "Histories"];
  return {
    page: (assigned ? flexipage(context, assigned) : undefined) ?? standardRecordPage(object.name),
    highlights: compactFields(context, object),
    layout: {
      ...layout,
      labels: Object.fromEntries(
        [...object.fields.values()].map((field) => [field.name, layoutLabel(context, object, field)]),
      ),
      sections: layout.sections.map((each) => ({ ...each, heading: context.words.ui(each.heading) })),
    },
    relatedLists:
      named.length > 0
        ? named
        : children.filter((name) => standard.includes(name) || name.endsWith("__r")).slice(0, 6),
  };
}

function standardRecordPage(object: string): PageModel {
  const component = (name: string, properties: Record<string, unknown> = {}): ComponentModel => ({
    identifier: name.replace(":", "_"),
    name,
    properties,
  });
  return {
    name: `standard__${object}`,
    label: object,
    type: "RecordPage",
    object,
    template: "flexipage:recordHomeTemplateDesktop",
    regions: {
      header: { type: "Region", components: [component("force:highlightsPanel")] },
      main: { type: "Region", components: [component("flexipage:tabset", { tabs: "tabs" })] },
      tabs: {
        type: "Facet",
        components: [
          {
            ...component("flexipage:tab", { body: "detail", title: "Standard.Tab.detail", active: "true" }),
            identifier: "detail",
          },
          {
            ...component("flexipage:tab", { body: "related", title: "Standard.Tab.relatedLists" }),
            identifier: "related",
          },
        ],
      },
      detail: { type: "Facet", components: [component("force:detailPanel")] },
      related: { type: "Facet", components: [component("force:relatedListContainer")] },
      sidebar: { type: "Region", components: [] },
    },
  };
}

export function homePage(context: Context, appName: string): PageModel {
  const root = context.deployed.document("CustomApplication", appName);
  const assigned = override(all(root, "actionOverrides"), "Tab", "standard-home", "Large");
  return (assigned ? flexipage(context, assigned) : undefined) ?? standardHome(context);
}

/** An app without its own home page opens with the cases. */
function standardHome({ words }: Context): PageModel {
  const list = {
    identifier: "cases",
    name: "flexipage:filterListCard",
    properties: { entityName: "Case", filterName: "__AllCase" },
  };
  return {
    name: "standard__home",
    label: words.ui("Home"),
    type: "HomePage",
    template: "flexipage:defaultAppHomeTemplate",
    regions: { main: { type: "Region", components: [list] } },
  };
}
