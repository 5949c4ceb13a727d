/**
 * How large a policy may be, and how much work one may ask for. A policy past a bound is refused whole, by the page and by
 * the service alike: nobody else's cases wait because one client's policy is dear to compute with.
 */

/** What the org's field holds. */
export const LONGEST_POLICY = 131_072;
/** Lists and objects inside each other. */
export const DEEPEST = 16;
export const LONGEST_NAME = 80;
/** `SLA_Last_Step__c` holds 40 characters. */
export const LONGEST_STEP_NAME = 40;
export const LONGEST_TEXT = 400;

export const MOST = {
  priorities: 20,
  channels: 20,
  channelCatalogue: 20,
  categories: 100,
  steps: 30,
  actions: 20,
  otherPlans: 20,
  holidays: 500,
  special: 100,
} as const;
/** Of a plan and the others on sale together. */
export const MOST_CALENDARS = 40;
export const MOST_WINDOWS_A_DAY = 12;

/** The largest target in each unit. */
export const LARGEST_TARGET = { hours: 10_000, minutes: 600_000, businessDays: 400 } as const;
/** A deadline has at most so many openings of coverage on its way: its ledger names each of them. */
export const MOST_OPENINGS = 1_000;
/** How far after its start a clock's last step may fall. */
export const MOST_YEARS_AHEAD = 10;
/**
 * A question about time lays out the days of some years. This is how many days and windows one question may lay out. It is a
 * count, so that the same policy is refused on every machine.
 */
export const MOST_WORK = 150_000;
