/**
 * How large a policy may be, and how far its promises reach. The page and the service both refuse a policy past a
 * bound, so that one client's costly policy does not delay the others.
 */
export const MOST = {
  /** Characters: what the org's field holds. */
  policy: 131_072,
  name: 80,
  /** `SLA_Last_Step__c` holds 40 characters. */
  stepName: 40,
  text: 400,
  /** Lists and objects inside each other. */
  levels: 16,
  priorities: 20,
  channels: 20,
  channelCatalogue: 20,
  categories: 100,
  steps: 30,
  /** What a step does. */
  do: 20,
  /** A contract's and the others on sale. */
  plans: 21,
  /** Of all plans together. */
  calendars: 40,
  windowsADay: 12,
  holidays: 500,
  special: 100,
  /** The days that one entry of special hours can hold. */
  specialDays: 366,
  /** The dates of which all entries of special hours together change a part. */
  specialParts: 1_000,
  /** More changes of a zone's law than any needs for a century. */
  changes: 400,
  /** In each unit. */
  target: { hours: 10_000, minutes: 600_000, businessDays: 400 },
  /** Of coverage on a deadline's way: its ledger names each of them. */
  openings: 1_000,
  /** From a clock's start to its due instant, and to its last step. */
  weeks: 522,
} as const;
