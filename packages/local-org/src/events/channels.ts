/** Topics and what they carry: the default channel, one per entity, and the custom channels that were deployed. */
import type { Component, Org } from "../org/types.ts";
import { changeEventName, objectOfChangeEvent } from "./capture/fields.ts";
import { parseFilter, type Filter } from "./delivery/filter.ts";
import { all, parseXml, type XmlElement } from "../metadata/xml/parse.ts";

export const DEFAULT_CHANNEL = "ChangeEvents";

/** An entity on a channel. */
export interface Member {
  objectName: string;
  enrichedFields: string[];
  filter: Filter | undefined;
}

export interface Topic {
  /** As subscribed to: `/data/Support_Cases__chn`. */
  name: string;
  kind: "change" | "platform";
  /** The channel whose events it carries; a platform event's own name. */
  channel: string;
  /** `/data/CaseChangeEvent`: it carries what was selected on any channel, and the filters of those do not hold here. */
  ofEntity?: boolean;
  /** By object name. */
  members: Map<string, Member>;
}

export interface Channels {
  /** The names of the channels that carry an object's changes; [] when nobody selected it. */
  carrying(objectName: string): string[];
  topic(name: string): Topic | undefined;
}

export function channelsOf(org: Org): Channels {
  let read: Map<string, Map<string, Member>> | undefined;
  const topics = new Map<string, Topic | undefined>();
  const forget = () => {
    read = undefined;
    topics.clear();
  };
  org.components.onChange(forget);
  org.schema.onChange(forget);

  function channels(): Map<string, Map<string, Member>> {
    if (read) return read;
    read = new Map([[DEFAULT_CHANNEL, new Map<string, Member>()]]);
    for (const component of org.components.list("PlatformEventChannel")) {
      const type = one(component, "channelType");
      if (type === "data") read.set(component.fullName, new Map());
    }
    for (const component of org.components.list("PlatformEventChannelMember")) {
      const channel = read.get(one(component, "eventChannel") ?? "");
      const selected = objectOfChangeEvent(one(component, "selectedEntity") ?? "");
      const objectName = selected && org.schema.object(selected)?.name;
      if (!channel || !objectName) continue;
      const expression = one(component, "filterExpression");
      channel.set(objectName, {
        objectName,
        enrichedFields: textsOf(component, "enrichedFields", "name"),
        filter: expression ? filterOf(expression) : undefined,
      });
    }
    return read;
  }

  function resolve(name: string): Topic | undefined {
    const [, space, rest] = /^\/(data|event)\/(\w+)$/.exec(name) ?? [];
    if (!space || !rest) return undefined;
    if (space === "event") {
      const object = org.schema.object(rest);
      return object?.name.endsWith("__e")
        ? { name, kind: "platform", channel: object.name, members: new Map() }
        : undefined;
    }
    const all = channels();
    const whole = all.get(rest);
    if (whole) return { name, kind: "change", channel: rest, members: whole };
    const object = org.schema.object(objectOfChangeEvent(rest) ?? "");
    if (!object?.changeEvents || changeEventName(object.name).toLowerCase() !== rest.toLowerCase())
      return undefined;
    const member = all.get(DEFAULT_CHANNEL)?.get(object.name);
    return {
      name,
      kind: "change",
      channel: DEFAULT_CHANNEL,
      ofEntity: true,
      members: new Map([
        [object.name, member ?? { objectName: object.name, enrichedFields: [], filter: undefined }],
      ]),
    };
  }

  return {
    carrying: (objectName) =>
      [...channels()].flatMap(([channel, members]) => (members.has(objectName) ? [channel] : [])),
    topic(name) {
      if (!topics.has(name)) topics.set(name, resolve(name));
      return topics.get(name);
    },
  };
}

/** A deploy refuses what is no filter; should one be here all the same, nothing passes it and commits go on. */
function filterOf(expression: string): Filter {
  try {
    return parseFilter(expression);
  } catch {
    return { expression, fields: [], matches: () => false };
  }
}

/** The texts of the elements on a path below the root, in document order. */
function textsOf(component: Component, ...path: string[]): string[] {
  const source = component.files.values().next().value ?? new Uint8Array();
  return path
    .reduce<XmlElement[]>(
      (here, name) => here.flatMap((element) => all(element, name)),
      [parseXml(Buffer.from(source).toString("utf8"))],
    )
    .map(({ text }) => text.trim());
}

function one(component: Component, element: string): string | undefined {
  return textsOf(component, element)[0];
}

/** What Setup's Change Data Capture page does: the objects' changes go to the default channel. */
export function selectForCapture(org: Org, objectNames: string[]): void {
  for (const objectName of objectNames) {
    const entity = changeEventName(objectName);
    const fullName = `${DEFAULT_CHANNEL}_${entity}`;
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
<PlatformEventChannelMember xmlns="http://soap.sforce.com/2006/04/metadata">
    <eventChannel>${DEFAULT_CHANNEL}</eventChannel>
    <selectedEntity>${entity}</selectedEntity>
</PlatformEventChannelMember>
`;
    org.components.put({
      type: "PlatformEventChannelMember",
      fullName,
      files: new Map([
        [`platformEventChannelMembers/${fullName}.platformEventChannelMember`, Buffer.from(xml)],
      ]),
    });
  }
}
