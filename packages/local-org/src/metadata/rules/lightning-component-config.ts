/** `js-meta.xml`: targets, and what each may be configured with. */
import { all, child, localName, type XmlElement } from "../xml/parse.ts";
import { exposure, type CompiledBundle } from "../lwc/compile.ts";
import type { Item } from "../package/read.ts";
import type { RuleContext } from "./rule.ts";

export const targetNames = new Set(
  (
    "lightning__AppPage lightning__HomePage lightning__RecordPage lightning__RecordAction lightning__UtilityBar lightning__Tab lightning__Inbox lightning__FlowScreen " +
    "lightning__FlowAction lightning__GlobalAction lightning__UrlAddressable lightning__VoiceExtension lightning__EnablementProgram lightning__AgentforceInput lightning__AgentforceOutput " +
    "lightning__ServiceCloudVoiceToolkitApi lightning__ChannelExtension lightning__LWRRoutable lightning__Spotlight lightning__PrintableView lightning__Dashboard lightning__MobileTab " +
    "lightningCommunity__Page lightningCommunity__Page_Layout lightningCommunity__Default lightningCommunity__Theme_Layout lightningCommunity__Theme lightningCommunity__RelaxedCSP " +
    "lightningSnapin__PreChat lightningSnapin__Minimized lightningSnapin__ChatMessage lightningSnapin__ChatHeader lightningSnapin__MessagingPreChat lightningSnapin__MessagingCustomHeader " +
    "lightningStatic__Email analytics__Dashboard"
  ).split(" "),
);

const propertyTypes = new Set([
  "Boolean",
  "Integer",
  "String",
  "Color",
  "ContentReference",
  "ExperienceVariation",
  "Picklist",
  "Url",
]);
const propertyAttributes = new Set([
  "name",
  "type",
  "datasource",
  "default",
  "description",
  "exposedTo",
  "filterable",
  "label",
  "max",
  "maxLength",
  "min",
  "placeholder",
  "required",
  "role",
  "translatable",
  "screenResponsive",
]);
/** Children of a targetConfig, and the targets that take each. */
const children: Record<string, RegExp> = {
  property: /./,
  objects: /^lightning__(RecordPage|RecordAction)$/,
  supportedFormFactors: /^lightning__(RecordPage|AppPage|HomePage|UtilityBar)$/,
  actionType: /^lightning__RecordAction$/,
  propertyType: /^lightning__Flow(Screen|Action)$/,
  category: /^lightning__FlowScreen$/,
  icon: /./,
  event: /./,
  configurationEditor: /./,
  hasStep: /^lightning__HomePage$/,
  subtype: /./,
  targetType: /./,
  channelExtensionType: /^lightning__ChannelExtension$/,
  sourceType: /./,
};

export function configurations(
  item: Item,
  element: XmlElement,
  compiled: CompiledBundle | undefined,
  context: RuleContext,
): void {
  const { targets, configs } = exposure(element);
  for (const target of child(element, "targets")?.children ?? [])
    if (!targetNames.has(target.text.trim()))
      context.report(
        `The 'target' value '${target.text.trim()}' is not a valid target of a Lightning web component`,
        target,
      );
  const twice = targets.find((target, index) => targets.indexOf(target) < index);
  if (twice !== undefined) context.report(`Duplicate target: ${twice}`, child(element, "targets"));
  const configured = new Set<string>();
  for (const config of configs?.children ?? []) {
    if (localName(config) !== "targetConfig") {
      context.report(`Element ${localName(config)} invalid at this location in targetConfigs`, config);
      continue;
    }
    const names = (config.attributes.targets ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean);
    if (names.length === 0) context.report("The attribute 'targets' of a targetConfig is required", config);
    for (const name of names) {
      if (!targets.includes(name))
        context.report(
          `The target '${name}' of a targetConfig is not specified in the targets of the component`,
          config,
        );
      if (configured.has(name))
        context.report(`The target '${name}' is configured by more than one targetConfig`, config);
      configured.add(name);
    }
    targetConfig(item, config, names, compiled, context);
  }
}

function targetConfig(
  item: Item,
  config: XmlElement,
  targets: string[],
  compiled: CompiledBundle | undefined,
  context: RuleContext,
): void {
  const seen = new Set<string>();
  for (const entry of config.children) {
    const name = localName(entry);
    const allowed = children[name];
    if (
      allowed === undefined ||
      !targets.some((target) => allowed.test(target) || !/^lightning__/.test(target))
    ) {
      context.report(`The '${name}' tag isn't supported for ${targets.join(", ")}`, entry);
      continue;
    }
    if (name === "objects")
      for (const object of all(entry, "object")) {
        const own = object.text.trim();
        if (context.model.object(own) === undefined)
          context.report(
            `Invalid reference ${own} of type sobjectClass in file ${item.fullName}.js-meta.xml`,
            object,
          );
      }
    if (name === "actionType" && !["ScreenAction", "Action"].includes(entry.text.trim()))
      context.report(`The actionType must be ScreenAction or Action: ${entry.text.trim()}`, entry);
    if (name === "supportedFormFactors")
      for (const factor of all(entry, "supportedFormFactor"))
        if (!["Large", "Small"].includes(factor.attributes.type ?? ""))
          context.report(`The form factor must be Large or Small: ${factor.attributes.type ?? ""}`, factor);
    if (name === "property") property(entry, targets, seen, compiled, context);
  }
}

function property(
  entry: XmlElement,
  targets: string[],
  seen: Set<string>,
  compiled: CompiledBundle | undefined,
  context: RuleContext,
): void {
  const { name, type, default: preset, datasource, min, max } = entry.attributes;
  if (name === undefined || name === "") {
    context.report("The attribute 'name' of a property is required", entry);
    return;
  }
  if (seen.has(name)) context.report(`Duplicate property: ${name}`, entry);
  seen.add(name);
  for (const attribute of Object.keys(entry.attributes))
    if (!propertyAttributes.has(attribute))
      context.report(`The attribute '${attribute}' isn't supported for the 'property' tag`, entry);
  const flow = targets.some((target) => target.startsWith("lightning__Flow"));
  if (type === undefined) context.report(`The attribute 'type' of the property ${name} is required`, entry);
  else if (
    !propertyTypes.has(type) &&
    !flow &&
    !/^(apex|@salesforce\/schema)/.test(type) &&
    targets.every((t) => /^lightning__(AppPage|HomePage|RecordPage|UtilityBar|Tab)$/.test(t))
  )
    context.report(
      `The type '${type}' of the property ${name} isn't supported: use Boolean, Integer or String`,
      entry,
    );
  if (
    compiled !== undefined &&
    compiled.diagnostics.length === 0 &&
    !compiled.publicProperties.includes(name)
  )
    context.report(`The property '${name}' is not an @api property of the component's class`, entry);
  if (preset !== undefined && type === "Integer" && !/^-?\d+$/.test(preset))
    context.report(`The default of the Integer property ${name} must be a whole number: ${preset}`, entry);
  if (preset !== undefined && type === "Boolean" && !/^(true|false)$/i.test(preset))
    context.report(`The default of the Boolean property ${name} must be true or false: ${preset}`, entry);
  if (
    type === "Integer" &&
    preset !== undefined &&
    ((min !== undefined && Number(preset) < Number(min)) ||
      (max !== undefined && Number(preset) > Number(max)))
  )
    context.report(`The default of the property ${name} is outside of its min and max: ${preset}`, entry);
  if (preset !== undefined && datasource !== undefined && !/^apex:/.test(datasource)) {
    const choices = datasource.split(",").map((choice) => choice.trim());
    if (!choices.includes(preset))
      context.report(`The default of the property ${name} is not in its datasource: ${preset}`, entry);
  }
}
