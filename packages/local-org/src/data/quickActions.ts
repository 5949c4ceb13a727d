/** Quick actions: the deployed ones of an object and of the whole org, and what each asks for. */
import { all, at, textOf, type XmlElement } from "../metadata/xml/parse.ts";
import { notFound } from "../org/errors.ts";
import type { Component, ObjectDef } from "../org/types.ts";
import { elementOf, idWith } from "../screens/component.ts";
import type { LayoutItem } from "../screens/layouts.ts";
import { ok, type Call, type Handler } from "./answer.ts";
import { layoutRows } from "./layoutItems.ts";
import { objectOf } from "./sobjects.ts";

export interface QuickAction {
  /** `Case.Escalate`, or `New_Visit` for a global one. */
  fullName: string;
  component: Component;
  element: XmlElement;
}

export const globalActions: Handler = (call) => ok(actionsFor(call).map((action) => summary(call, action)));

/** An object's own actions, and the global ones too. */
export const objectActions: Handler = (call, [name = ""]) =>
  ok(actionsFor(call, objectOf(call, name)).map((action) => summary(call, action)));

export const globalAction: Handler = (call, [action = ""]) => ok(details(call, actionOf(call, action)));
export const objectAction: Handler = (call, [name = "", action = ""]) =>
  ok(details(call, actionOf(call, action, objectOf(call, name))));

export const describeGlobalAction: Handler = (call, [action = ""]) =>
  ok(describe(call, actionOf(call, action)));
export const describeObjectAction: Handler = (call, [name = "", action = ""]) =>
  ok(describe(call, actionOf(call, action, objectOf(call, name))));

export function actionsFor(call: Call, object?: ObjectDef): QuickAction[] {
  return call.org.components.list("QuickAction").flatMap((component) => {
    const { fullName } = component;
    const [owner] = fullName.includes(".") ? fullName.split(".") : [];
    if (owner !== undefined && owner.toLowerCase() !== object?.name.toLowerCase()) return [];
    const element = elementOf(component);
    const action = element && { fullName, component, element };
    return action !== undefined && allowed(call, action) ? [action] : [];
  });
}

/** Nobody is offered an action whose record they may not write. */
function allowed(call: Call, action: QuickAction): boolean {
  const target = targetOf(call, action);
  if (target === undefined) return true;
  const may = call.org.access.object(call.caller.userId, target.name);
  const type = textOf(action.element, "type");
  return type === "Create" || type === "LogACall" ? may.create : type === "Update" ? may.edit : may.read;
}

function actionOf(call: Call, name: string, object?: ObjectDef): QuickAction {
  const wanted = name.toLowerCase();
  const own = `${object?.name ?? ""}.${name}`.toLowerCase();
  const actions = actionsFor(call, object);
  const found =
    actions.find(({ fullName }) => fullName.toLowerCase() === own) ??
    actions.find(({ fullName }) => fullName.toLowerCase() === wanted);
  if (found === undefined) throw notFound();
  return found;
}

const contextOf = ({ fullName }: QuickAction): string | null =>
  fullName.includes(".") ? fullName.split(".")[0]! : null;

function targetOf({ org }: Call, action: QuickAction): ObjectDef | undefined {
  const type = textOf(action.element, "type");
  const name =
    textOf(action.element, "targetObject") ??
    (type === "LogACall"
      ? "Task"
      : type === "SendEmail"
        ? "EmailMessage"
        : type === "Update"
          ? contextOf(action)
          : null);
  return name === null ? undefined : org.schema.object(name);
}

const idOf = ({ component }: QuickAction) => idWith("09D", component);
const labelOf = ({ element, fullName }: QuickAction) =>
  textOf(element, "label") ?? textOf(element, "standardLabel") ?? fullName.split(".").at(-1)!;

function urls({ version }: Call, action: QuickAction) {
  const [own, owner] = action.fullName.split(".").reverse();
  const url = `/services/data/v${version}${owner === undefined ? "" : `/sobjects/${owner}`}/quickActions/${own}`;
  const record = at(action.element, "quickActionLayout") !== undefined;
  return {
    ...(record
      ? { defaultValues: `${url}/defaultValues`, defaultValuesTemplate: `${url}/defaultValues/{ID}` }
      : {}),
    describe: `${url}/describe`,
    quickAction: url,
  };
}

const summary = (call: Call, action: QuickAction) => ({
  actionEnumOrId: idOf(action),
  label: labelOf(action),
  name: action.fullName,
  type: textOf(action.element, "type") ?? "",
  urls: urls(call, action),
});

/** An action as an item of a page layout. */
export const actionItem = (call: Call, action: QuickAction) => ({
  accessLevelRequired: null,
  colors: [],
  iconUrl: null,
  icons: [],
  label: labelOf(action),
  miniIconUrl: null,
  quickActionName: action.fullName,
  targetSobjectType: targetOf(call, action)?.name ?? null,
  type: textOf(action.element, "type") ?? "",
  urls: urls(call, action),
});

function details(call: Call, action: QuickAction) {
  const { element } = action;
  const text = (name: string) => textOf(element, name) ?? null;
  const number = (name: string) => (text(name) === null ? null : Number(text(name)));
  const target = targetOf(call, action);
  const typeName = text("targetRecordType")?.split(".").at(-1);
  const bundleName = text("lightningWebComponent")?.replace(/^c:/, "") ?? null;
  const bundle =
    bundleName === null ? undefined : call.org.components.get("LightningComponentBundle", bundleName);
  return {
    ...summary(call, action),
    accessLevelRequired: null,
    canvasApplicationId: null,
    canvasApplicationName: text("canvas"),
    colors: [],
    contextSobjectType: contextOf(action),
    flowDevName: text("flowDefinition"),
    flowRecordIdVar: text("flowDefinition") === null ? null : "recordId",
    height: number("height"),
    iconName: text("icon"),
    iconUrl: null,
    icons: [],
    lightningComponentBundleId: null,
    lightningComponentBundleName: text("lightningComponent"),
    lightningComponentQualifiedName: text("lightningComponent"),
    lightningWebComponentBundleId: bundle === undefined ? null : idWith("0Rb", bundle),
    lightningWebComponentBundleName: bundleName,
    lightningWebComponentQualifiedName: bundleName === null ? null : `c:${bundleName}`,
    miniIconUrl: null,
    mobileExtensionId: null,
    showQuickActionLcHeader: text("type") === "LightningComponent",
    showQuickActionVfHeader: text("type") === "VisualforcePage",
    targetParentField: text("targetParentField"),
    targetRecordTypeId: target?.recordTypes.find((type) => type.developerName === typeName)?.id ?? null,
    targetSobjectType: target?.name ?? null,
    visualforcePageName: text("page"),
    visualforcePageUrl: text("page") === null ? null : `/apex/${text("page")}`,
    width: number("width"),
  };
}

const describe = (call: Call, action: QuickAction) => ({
  ...details(call, action),
  defaultValues: all(action.element, "fieldOverrides").map((entry) => ({
    defaultValue: textOf(entry, "literalValue") ?? textOf(entry, "formula") ?? null,
    field: textOf(entry, "field") ?? "",
  })),
  layout: layoutOf(call, action),
});

/** The fields that the action asks for; null for one that opens a component or a page. */
function layoutOf(call: Call, action: QuickAction) {
  const element = at(action.element, "quickActionLayout");
  const target = targetOf(call, action);
  if (element === undefined || target === undefined) return null;
  const columns = all(element, "quickActionLayoutColumns").map((column) =>
    all(column, "quickActionLayoutItems").flatMap((item): (LayoutItem | undefined)[] => {
      if (textOf(item, "emptySpace") === "true") return [undefined];
      const field = target.fields.get(textOf(item, "field") ?? "");
      if (field === undefined || !call.org.access.field(call.caller.userId, target.name, field.name).read)
        return [];
      const behaviour = textOf(item, "uiBehavior");
      return [{ field: field.name, required: behaviour === "Required", readOnly: behaviour === "Readonly" }];
    }),
  );
  const rows = layoutRows(call, target, columns);
  return {
    collapsed: false,
    columns: columns.length,
    heading: null,
    layoutRows: rows,
    layoutSectionId: null,
    parentLayoutId: null,
    rows: rows.length,
    tabOrder:
      textOf(element, "layoutSectionStyle") === "TwoColumnsLeftToRight" ? "LeftToRight" : "TopToBottom",
    useCollapsibleSection: false,
    useHeading: false,
  };
}
