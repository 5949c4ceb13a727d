/** Channels of events, and what is sent on them. */
import { all, child, textOf, type XmlElement } from "../xml/parse.ts";
import type { Model, ObjectView } from "../deploy/model.ts";
import { filterProblem } from "./channel-filter.ts";
import type { Item } from "../package/read.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths } from "./words.ts";

export const platformEventChannel: Rule = (item, element, context) => {
  if (!/^[A-Za-z]\w*__chn$/.test(item.fullName)) context.report("Invalid channel name");
  limitLengths(element, { label: 80 }, context);
};

/** Objects with change events among those the kernel does not run. */
const withChangeEvents = new Set(
  (
    "Account AccountContactRole AccountTeamMember Asset AssetTokenEvent AssignedResource AuthorizationForm Calendar Campaign CampaignMember CampaignMemberStatus Case CaseComment CaseTeamMember " +
    "Contact ContactPointAddress ContactPointConsent ContactPointEmail ContactPointPhone Contract ContractLineItem ContractContactRole Entitlement EntitlementContact EmailMessage EngagementChannelType " +
    "Event EventRelation Individual Lead ListEmail Location Macro OperatingHours Opportunity OpportunityContactRole OpportunityLineItem OpportunityTeamMember Order OrderItem PartyConsent Pricebook2 " +
    "PricebookEntry Product2 ProductConsumed ProductItem ProductRequest Quote QuoteLineItem QuickText Recommendation ResourceAbsence ReturnOrder ServiceAppointment ServiceContract ServiceResource " +
    "ServiceTerritory Shipment SkillRequirement SocialPost Task TaskRelation TimeSheet TimeSlot User VoiceCall WorkOrder WorkOrderLineItem WorkType"
  ).split(" "),
);

/** `AccountChangeEvent`, `Thing__ChangeEvent` → the object whose changes they are. */
export function changeEventObject(entity: string, model: Model): ObjectView | undefined {
  const custom = /^(\w+)__ChangeEvent$/.exec(entity)?.[1];
  if (custom !== undefined) return model.object(`${custom}__c`);
  const standard = /^(\w+)ChangeEvent$/.exec(entity)?.[1];
  if (standard === undefined || standard.endsWith("__")) return undefined;
  const kernel = model.org.schema.object(standard);
  if (kernel !== undefined && !kernel.custom && (kernel.changeEvents || withChangeEvents.has(kernel.name)))
    return model.object(standard);
  return withChangeEvents.has(standard) ? model.object(standard) : undefined;
}

export const platformEventChannelMember: Rule = (item, element, context) => {
  const channel = textOf(element, "eventChannel") ?? "";
  const entity = textOf(element, "selectedEntity") ?? "";
  if (channel === "" || entity === "") return;
  const definition =
    channel === "ChangeEvents" ? undefined : context.model.find("PlatformEventChannel", channel);
  if (channel !== "ChangeEvents" && definition === undefined) {
    context.report(`Unable to find the specified channel: ${channel}`, child(element, "eventChannel"));
    return;
  }
  const type = definition?.element === undefined ? "data" : textOf(definition.element, "channelType");
  const object = type === "event" ? undefined : changeEventObject(entity, context.model);
  const platformEvent = type === "event" && /__e$/.test(entity) ? context.model.object(entity) : undefined;
  if (object === undefined && platformEvent === undefined) {
    context.report(
      `The channel member ${item.fullName} references an invalid event in the "selectedEntity" field: ${entity}`,
      child(element, "selectedEntity"),
    );
    return;
  }
  duplicates(item, channel, entity, context);
  if (type === "data") allocation(item, entity, context);
  const view = object ?? platformEvent;
  if (view === undefined) return;
  enrichment(element, view, type ?? "data", context);
  const filter = child(element, "filterExpression");
  const source = filter?.text.trim();
  if (filter === undefined || source === undefined || source === "") return;
  const problem = filterProblem(source, view);
  if (problem !== undefined) context.report(problem, filter);
};

function duplicates(item: Item, channel: string, entity: string, context: RuleContext): void {
  const rival = context.model
    .list("PlatformEventChannelMember")
    .find(
      (other) =>
        other.fullName !== item.fullName &&
        other.element !== undefined &&
        textOf(other.element, "eventChannel") === channel &&
        textOf(other.element, "selectedEntity") === entity,
    );
  if (rival === undefined) return;
  const later =
    context.model.inPackage(rival.type, rival.fullName) === undefined || rival.fullName < item.fullName;
  if (later)
    context.report(
      `DUPLICATE_VALUE: duplicate value found: the channel ${channel} already has ${entity} as a member (${rival.fullName})`,
    );
}

/** An entity on several channels counts once. Those of the org stay; those of the package come after them, by name. */
function allocation(item: Item, entity: string, context: RuleContext): void {
  const { model } = context;
  const most = model.org.settings.changeEventEntities;
  const members = model.list("PlatformEventChannelMember").filter((member) => isChangeMember(member, model));
  const inPackage = (member: Item): number =>
    model.inPackage(member.type, member.fullName) === undefined ? 0 : 1;
  members.sort((a, b) => inPackage(a) - inPackage(b) || (a.fullName < b.fullName ? -1 : 1));
  const selected = new Set(
    members.map((member) => (member.element && textOf(member.element, "selectedEntity")) ?? ""),
  );
  if ([...selected].indexOf(entity) >= most)
    context.report(
      `You've reached the limit of ${most} entities that can be selected for Change Data Capture: ${entity} would be one more (${item.fullName})`,
    );
}

function isChangeMember({ element }: Item, model: Model): boolean {
  const channel = element && textOf(element, "eventChannel");
  if (channel === undefined) return false;
  if (channel === "ChangeEvents") return true;
  const definition = model.find("PlatformEventChannel", channel)?.element;
  return definition !== undefined && textOf(definition, "channelType") === "data";
}

/** Kinds that cannot travel with an event. */
const notEnriching = ["LongTextArea", "Html", "EncryptedText", "Summary"];
const MOST = 10;

function enrichment(element: XmlElement, object: ObjectView, type: string, context: RuleContext): void {
  const entries = all(element, "enrichedFields");
  if (entries.length > 0 && type === "event")
    context.report("Enriched fields are supported for change events only", entries[0]);
  if (entries.length > MOST)
    context.report(
      `A channel member can have at most ${MOST} enriched fields, not ${entries.length}`,
      entries[MOST],
    );
  const seen = new Set<string>();
  for (const entry of entries) {
    const name = textOf(entry, "name") ?? "";
    if (name === "") continue;
    const field = name.includes(".") ? undefined : object.field(name);
    const unknown =
      field === undefined &&
      (name.includes(".") || object.complete || /__c$/i.test(name) || !name.match(/^[A-Z]\w+$/));
    if (
      unknown ||
      field === undefined ||
      field.partOf !== undefined ||
      notEnriching.includes(field.kind) ||
      field.formula
    )
      context.report(`The selected field, ${name}, isn't valid.`, entry);
    else if (seen.has(name.toLowerCase()))
      context.report(`The selected field, ${name}, is selected more than once.`, entry);
    seen.add(name.toLowerCase());
  }
}
