/** The changes that standard objects make by themselves when you save a row. */
import { rowError } from "../errors.ts";
import { checkLink, readFile } from "./files.ts";
import type { Work } from "./kernel.ts";
import type { ObjectDef, Row, Value } from "../types.ts";

type Behaviour = (work: Work, row: Row, before: Row | null, object: ObjectDef) => void;

/** Whether a status means that the case is closed. Inactive statuses count too. */
export function isClosedStatus(object: ObjectDef, status: Value): boolean {
  const value = object.fields.get("Status")?.picklist?.values.find((one) => one.value === status);
  return value?.closed ?? status === "Closed";
}

const personName: Behaviour = (_work, row) => {
  row.Name = [row.FirstName, row.LastName]
    .filter((part) => typeof part === "string" && part !== "")
    .join(" ");
};

/** Sets "closed" from the status. The closing stamp stays while the case is closed, and a new case may bring its own. */
const closing: Behaviour = (work, row, before, object) => {
  const closed = isClosedStatus(object, row.Status ?? null);
  const given = before === null && typeof row.ClosedDate === "number";
  if (closed && before?.IsClosed !== true && !given) row.ClosedDate = work.at;
  if (!closed) row.ClosedDate = null;
  row.IsClosed = closed;
  if (before === null) row.IsClosedOnCreate = closed;
};

const internalComment: Behaviour = (_work, row) => {
  row.Comments = null;
};

const assignment: Behaviour = (work, row, before) => {
  if (before !== null) return;
  const set = row.PermissionSetId ?? null;
  if (set === null && (row.PermissionSetGroupId ?? null) === null)
    throw rowError("REQUIRED_FIELD_MISSING", "Required fields are missing: [PermissionSetId]", [
      "PermissionSetId",
    ]);
  for (const held of work.kernel.table("PermissionSetAssignment").where("AssigneeId", row.AssigneeId ?? null))
    if (
      (held.PermissionSetId ?? null) === set &&
      (held.PermissionSetGroupId ?? null) === (row.PermissionSetGroupId ?? null)
    )
      throw rowError(
        "DUPLICATE_VALUE",
        `duplicate value found: PermissionSetId duplicates value on record with id: ${held.Id.slice(0, 15)}`,
      );
};

const membership: Behaviour = (work, row, before) => {
  if (before !== null) return;
  for (const held of work.kernel.table("GroupMember").where("GroupId", row.GroupId ?? null))
    if (held.UserOrGroupId === row.UserOrGroupId)
      throw rowError(
        "DUPLICATE_VALUE",
        `duplicate value found: <unknown> duplicates value on record with id: ${held.Id.slice(0, 15)}`,
      );
};

const freezing: Behaviour = (work, row, before) => {
  const frozen = row.IsFrozen === true && before?.IsFrozen !== true;
  if (frozen && !work.caller.system && row.UserId === work.caller.userId)
    throw rowError("CANNOT_FREEZE_SELF", "You can't freeze your own user account.", ["IsFrozen"]);
};

const behaviours: Record<string, Behaviour[]> = {
  Case: [closing, internalComment],
  Contact: [personName],
  ContentDocumentLink: [checkLink],
  ContentVersion: [readFile],
  Lead: [personName],
  User: [
    personName,
    (_work, row) => {
      row.Alias ??= String(row.Username).slice(0, 8);
    },
  ],
  Task: [
    (_work, row) => {
      row.IsClosed = row.Status === "Completed";
    },
  ],
  PermissionSetAssignment: [assignment],
  GroupMember: [membership],
  UserLogin: [freezing],
};

export function behave(work: Work, object: ObjectDef, row: Row, before: Row | null): void {
  for (const behaviour of behaviours[object.name] ?? []) behaviour(work, row, before, object);
}
