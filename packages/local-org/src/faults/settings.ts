/** The faults that have a value. The admin API's checks and the page's fields both use this list. */
import type { Faults } from "../org/types.ts";

interface SettingBase {
  /** The path in the admin API's JSON, for example `streams.loseNext`. */
  path: string;
  group: "Streams" | "Next events" | "Calls" | "Clock";
  label: string;
  help: string;
}

export type Setting =
  | (SettingBase & {
      kind: "switch";
      get(faults: Faults): boolean;
      set(faults: Faults, value: boolean): void;
    })
  | (SettingBase & {
      kind: "number";
      unit: string;
      min: number;
      max: number;
      get(faults: Faults): number;
      set(faults: Faults, value: number): void;
    });

/** ms */
export const NORMAL_RETENTION = 72 * 60 * 60 * 1000;
const WEEK = 7 * 24 * 60 * 60 * 1000;

type Flag = "stalled" | "refuse";
type Counter = "loseNext" | "gapNext" | "overflowNext" | "corruptNext";

const flag = (name: Flag, label: string, help: string): Setting => ({
  kind: "switch",
  path: `streams.${name}`,
  group: "Streams",
  label,
  help,
  get: (faults) => faults.streams[name],
  set: (faults, value) => {
    faults.streams[name] = value;
  },
});

const counter = (name: Counter, label: string, help: string): Setting => ({
  kind: "number",
  path: `streams.${name}`,
  group: "Next events",
  label,
  help,
  unit: "events",
  min: 0,
  max: 100_000,
  get: (faults) => faults.streams[name],
  set: (faults, value) => {
    faults.streams[name] = value;
  },
});

export const SETTINGS: Setting[] = [
  flag("stalled", "Stall streams", "Open streams fall silent: no events, no keepalives, no error."),
  flag("refuse", "Refuse subscriptions", "New subscriptions are refused: the event bus is unavailable."),
  {
    kind: "number",
    path: "retention",
    group: "Streams",
    label: "Keep events for",
    help: "72 hours in Salesforce. Older events are gone for good; their replay ids become invalid.",
    unit: "ms",
    min: 0,
    max: NORMAL_RETENTION,
    get: (faults) => faults.retention,
    set: (faults, value) => {
      faults.retention = value;
    },
  },
  counter("loseNext", "Lose the next", "They never reach the event bus, and no error appears."),
  counter("gapNext", "Send a gap for the next", "GAP_ events: the record ids without the values."),
  counter("overflowNext", "Send an overflow for the next", "GAP_OVERFLOW: only that the object changed."),
  counter("corruptNext", "Corrupt the body of the next", "Unreadable now, and on every replay."),
  {
    kind: "number",
    path: "latency",
    group: "Calls",
    label: "Delay every API call by",
    help: "Added before each answer.",
    unit: "ms",
    min: 0,
    max: 600_000,
    get: (faults) => faults.latency,
    set: (faults, value) => {
      faults.latency = value;
    },
  },
  {
    kind: "number",
    path: "clockOffset",
    group: "Clock",
    label: "Set the org’s clock off by",
    help: "Ahead when positive. Stamps, expiry and commit times follow it.",
    unit: "ms",
    min: -WEEK,
    max: WEEK,
    get: (faults) => faults.clockOffset,
    set: (faults, value) => {
      faults.clockOffset = value;
    },
  },
];

export class FaultsInputError extends Error {}

/**
 * Sets the faults of a body such as `{"latency": 200, "streams": {"stalled": true}}`. It checks all values first.
 * @throws FaultsInputError for an unknown name or a value out of range
 */
export function applySettings(faults: Faults, body: unknown): void {
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(object(body, "The body"))) {
    if (name !== "streams") values.set(name, value);
    else
      for (const [key, inner] of Object.entries(object(value, "streams")))
        values.set(`streams.${key}`, inner);
  }
  const changes = [...values].map(([path, value]) => {
    const setting = SETTINGS.find((candidate) => candidate.path === path);
    if (!setting) {
      const known = SETTINGS.map((candidate) => candidate.path).join(", ");
      throw new FaultsInputError(`There is no fault ${path}. You can set: ${known}.`);
    }
    return checked(setting, value, faults);
  });
  for (const change of changes) change();
}

function checked(setting: Setting, value: unknown, faults: Faults): () => void {
  if (setting.kind === "switch") {
    if (typeof value !== "boolean") throw new FaultsInputError(`${setting.path} is true or false.`);
    return () => setting.set(faults, value);
  }
  const { min, max, unit } = setting;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw new FaultsInputError(`${setting.path} is a whole number of ${unit} from ${min} to ${max}.`);
  }
  return () => setting.set(faults, value);
}

export function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FaultsInputError(`${what} must be a JSON object.`);
  }
  return value as Record<string, unknown>;
}
