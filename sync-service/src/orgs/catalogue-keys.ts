import { z } from "zod";
import { inputFaults, type InputFault } from "../input-faults.ts";

const any = z.unknown().optional();
const text = z.strictObject({ es: any, en: any }).optional();
const days = { mon: any, tue: any, wed: any, thu: any, fri: any, sat: any, sun: any };
const coverage = z.strictObject({ weekly: z.strictObject(days).optional(), alwaysOpen: any });
const target = z.strictObject({ hours: any, minutes: any, businessDays: any }).optional();
const commitment = z.strictObject({ priorities: any, coverage: any, target });
// a step's actions have a schema of their own
const step = z.strictObject({ name: any, at: any, label: text, do: any });

/** The keys of a plan catalogue, and nothing else: `validateCatalogue` of the engine judges the values. */
const catalogueKeys = z.strictObject({
  formatVersion: any,
  version: any,
  defaultPriority: any,
  quotedPriority: any,
  priorities: z.array(z.strictObject({ code: any, label: text, when: text })),
  channels: z.array(z.strictObject({ code: any, label: text, priorities: any })),
  categories: z.array(z.strictObject({ code: any, label: text, covered: any })),
  steps: z.array(step),
  plans: z.array(
    z.strictObject({
      code: any,
      label: text,
      channels: any,
      coverage: z.record(z.string(), coverage),
      commitments: z.array(commitment),
      businessDay: any,
      steps: z.array(step).optional(),
    }),
  ),
});

/** Each key of a catalogue that does not exist, with its path and the nearest one; [] when all exist. */
export const unknownCatalogueKeys = (catalogue: unknown): InputFault[] =>
  inputFaults(catalogueKeys, catalogue);
