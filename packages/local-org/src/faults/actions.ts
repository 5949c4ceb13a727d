/** The faults that you trigger once. Each returns a sentence that says what it did. */
import type { Caller, DmlOperation, DmlResult, Id, Org, Row } from "../org/types.ts";
import { eventsOf } from "../events/attach.ts";
import { FaultsInputError, object } from "./settings.ts";

type Input = Record<string, unknown>;
export type Action = (org: Org, input: Input) => string;

const SYSTEM: Omit<Caller, "userId"> = { api: "rest/68.0", client: "local-org-faults", system: true };

export const ACTIONS: Record<string, Action> = {
  "drop-streams": (org) => {
    org.faults.dropStreams();
    return "All streams were cut.";
  },

  "expire-tokens": (org) => {
    org.sessions.expireAll();
    return "All sessions are over: every client has to sign in again.";
  },

  /** `{ used?, max? }`: sets the day's API requests. */
  "api-limit": (org, input) => {
    if (input.max !== undefined) org.limits.setMax(whole(input, "max"));
    if (input.used !== undefined) org.limits.setUsed(whole(input, "used"));
    return `${org.limits.used()} of ${org.limits.max()} API requests are used.`;
  },

  /** `{ used?, max? }`: sets the delivered events of the last 24 hours. */
  "delivered-limit": (org, input) => {
    const allocation = eventsOf(org)?.allocation;
    if (!allocation) throw new FaultsInputError("This org has no event bus.");
    if (input.max !== undefined) allocation.setMax(whole(input, "max"));
    if (input.used !== undefined) allocation.setUsed(whole(input, "used"));
    return `${allocation.used()} of ${allocation.max()} delivered events are used.`;
  },

  /** `{ ids, times? }`: the next updates of these records answer UNABLE_TO_LOCK_ROW. */
  "lock-rows": (org, input) => {
    const ids = texts(input, "ids");
    const times = input.times === undefined ? 1 : whole(input, "times");
    for (const id of ids) org.faults.lockedRows.set(id, times);
    return `${ids.length} record(s) are locked for the next ${times} update(s) each.`;
  },

  /** `{ match, status?, errorCode?, message?, times? }`: the next calls whose `METHOD path` holds `match` fail. */
  "fail-calls": (org, input) => {
    const status = input.status === undefined ? 503 : whole(input, "status");
    if (status < 400 || status > 599) throw new FaultsInputError("status is from 400 to 599.");
    const fault = {
      match: text(input, "match"),
      status,
      errorCode: input.errorCode === undefined ? "SERVER_UNAVAILABLE" : text(input, "errorCode"),
      message: input.message === undefined ? "The server is too busy." : text(input, "message"),
      times: input.times === undefined ? 1 : whole(input, "times"),
    };
    org.faults.failNext.push(fault);
    return `The next ${fault.times} call(s) matching “${fault.match}” fail with ${fault.status} ${fault.errorCode}.`;
  },

  /** `{ match, times? }`: the org runs the next matching calls, but the connection breaks before the answer. */
  "lose-answers": (org, input) => {
    const match = text(input, "match");
    const times = input.times === undefined ? 1 : whole(input, "times");
    org.faults.failNext.push({
      match,
      status: 0,
      errorCode: "ANSWER_LOST",
      message: "Carried out; the answer was lost.",
      times,
      loseAnswer: true,
    });
    return `The answers to the next ${times} call(s) matching “${match}” are lost.`;
  },

  /** `{ match, times? }`: the org never answers the next matching calls. They hang until the client gives up. */
  "hang-calls": (org, input) => {
    const match = text(input, "match");
    const times = input.times === undefined ? 1 : whole(input, "times");
    org.faults.failNext.push({
      match,
      status: 0,
      errorCode: "NO_ANSWER",
      message: "Not carried out, and never answered.",
      times,
      hang: true,
    });
    return `The next ${times} call(s) matching “${match}” are never answered.`;
  },

  /** `{ username, isActive }` */
  user: (org, input) => {
    const { username, user } = userNamed(org, input);
    const { isActive } = input;
    if (typeof isActive !== "boolean") throw new FaultsInputError("isActive is true or false.");
    run(org, { op: "update", object: "User", id: user.Id, fields: { IsActive: isActive } });
    return `${username} is ${isActive ? "active" : "deactivated and signed out"}.`;
  },

  /** `{ username, isFrozen }` */
  freeze: (org, input) => {
    const { username, user } = userNamed(org, input);
    const { isFrozen } = input;
    if (typeof isFrozen !== "boolean") throw new FaultsInputError("isFrozen is true or false.");
    const login = [...org.rows("UserLogin")].find((row) => row.UserId === user.Id);
    if (login) run(org, { op: "update", object: "UserLogin", id: login.Id, fields: { IsFrozen: isFrozen } });
    return `${username} is ${isFrozen ? "frozen and cannot sign in" : "no longer frozen"}.`;
  },

  /** `{ channel }`: deletes a deployed custom channel and its members, as an admin could do. */
  "delete-channel": (org, input) => {
    const channel = text(input, "channel");
    if (!org.components.get("PlatformEventChannel", channel)) {
      throw new FaultsInputError(`There is no channel ${channel}.`);
    }
    for (const member of org.components.list("PlatformEventChannelMember")) {
      const [source] = member.files.values();
      if (
        source &&
        Buffer.from(source).toString("utf8").includes(`<eventChannel>${channel}</eventChannel>`)
      ) {
        org.components.remove("PlatformEventChannelMember", member.fullName);
      }
    }
    org.components.remove("PlatformEventChannel", channel);
    return `The channel ${channel} was deleted. Deploy the package again to bring it back.`;
  },

  /** `{ object, ids }`: deletes records without an event. `queryAll` cannot find them either. */
  "hard-delete": (org, input) => {
    const name = text(input, "object");
    const ids = texts(input, "ids");
    silently(org, () => {
      for (const id of ids) run(org, { op: "delete", object: name, id });
    });
    for (const id of ids) org.purge(name, id);
    return `${ids.length} record(s) were deleted without an event.`;
  },

  /** `{ object, masterId, loserIds }`: merges records. The events show only an update and deletions. */
  merge: (org, input) => {
    const loserIds = texts(input, "loserIds");
    run(org, { op: "merge", object: text(input, "object"), masterId: text(input, "masterId"), loserIds });
    return `${loserIds.length} record(s) were merged into ${text(input, "masterId")}.`;
  },

  /** `{ object, ids }` */
  undelete: (org, input) => {
    const ids = texts(input, "ids");
    for (const id of ids) run(org, { op: "undelete", object: text(input, "object"), id });
    return `${ids.length} record(s) came back from the recycle bin.`;
  },
};

export function runAction(org: Org, name: string, body: unknown): string {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) {
    throw new FaultsInputError(`There is no action ${name}. There are: ${Object.keys(ACTIONS).join(", ")}.`);
  }
  return action(org, object(body ?? {}, "The body"));
}

function silently(org: Org, work: () => void): void {
  const { streams } = org.faults;
  const before = streams.loseNext;
  streams.loseNext = Number.MAX_SAFE_INTEGER;
  try {
    work();
  } finally {
    streams.loseNext = before;
  }
}

function run(org: Org, operation: DmlOperation): DmlResult {
  const admin = [...org.rows("User")].find((row) => row.IsActive === true);
  const [result] = org.execute({ ...SYSTEM, userId: admin?.Id ?? "" }, [operation], { allOrNone: true });
  if (!result?.success) {
    throw new FaultsInputError(result?.errors.map((error) => error.message).join(" ") || "Nothing was done.");
  }
  return result;
}

function userNamed(org: Org, input: Input): { username: string; user: Row } {
  const username = text(input, "username");
  const user = [...org.rows("User")].find((row) => row.Username === username || row.Id === username);
  if (!user) throw new FaultsInputError(`There is no user ${username}.`);
  return { username, user };
}

function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== "string" || value.trim() === "") throw new FaultsInputError(`${name} is required.`);
  return value.trim();
}

function texts(input: Input, name: string): Id[] {
  const value = input[name];
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === "string" && /^\w{15,18}$/.test(item))) {
    throw new FaultsInputError(`${name} is a record id or a list of them.`);
  }
  return list as Id[];
}

function whole(input: Input, name: string): number {
  const value = input[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw new FaultsInputError(`${name} is a whole number, 0 or more.`);
  }
  return value;
}
