import type { Actor, OwnerKind } from "c/slaEngine";
import type { PersonTable } from "../store/schema.ts";

/** What is known of an org's users when a change is judged. */
export interface People {
  /** The user the service works as. */
  syncUserId: string;
  byId: ReadonlyMap<string, PersonTable>;
  /** User ids or usernames that never count. */
  neverCounts: ReadonlySet<string>;
}

/**
 * Whether a user who did something at `at` did it as a consultant. The committing user is active at that moment, and
 * nobody makes an inactive user an owner. So a later change of the user takes nothing from their acts.
 */
export const isConsultant = (person: PersonTable | undefined, at: number): boolean =>
  person !== undefined &&
  person.is_consultant === 1 &&
  person.is_automation === 0 &&
  (person.consultant_until === null || at < person.consultant_until);

/**
 * Who committed a change, and as what. The evidence is the committing user alone: a value written into a field
 * proves nothing. A flow that runs as its user cannot be told from the user.
 *
 * @param createdBy the user who opened the case: their own edits are the requester's
 */
export function verdict(people: People, userId: string | null, at: number, createdBy: string | null): Actor {
  if (userId === null) return { userId, role: "automation" };
  const person = people.byId.get(userId);
  const named = person === undefined ? {} : { name: person.name };
  const role =
    userId === people.syncUserId
      ? "sync"
      : person?.is_automation === 1 || people.neverCounts.has(userId)
        ? "automation"
        : isConsultant(person, at)
          ? "consultant"
          : userId === createdBy
            ? "requester"
            : "other";
  return { userId, ...named, role };
}

const group = "00G";
export const ownerKind = (people: People, ownerId: string, at: number): OwnerKind =>
  ownerId.startsWith(group) ? "queue" : isConsultant(people.byId.get(ownerId), at) ? "consultant" : "other";
