/** Whether a plan has a channel, and covers a category. c/slaIntake says why not, and who has it. */
import type { Policy } from "./types.ts";

/** A blank channel is unknown and never refused. `priority` is the effective one. */
export const hasChannel = (
  { channels, channelCatalogue }: Policy,
  channel: string | null,
  priority: string,
): boolean =>
  !channel?.trim() ||
  (channels.includes(channel) &&
    (channelCatalogue.find(({ code }) => code === channel)?.priorities ?? [priority]).includes(priority));

/** A blank or unknown category is covered. */
export const isQuoted = ({ categories }: Policy, category: string | null): boolean =>
  categories.some(({ code, covered }) => code === category && !covered);
