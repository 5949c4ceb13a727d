/** Setup records that queries and the service read: queues, custom notification types. */
import { all, at, textOf } from "../xml/parse.ts";
import type { Item } from "../package/read.ts";
import type { Caller, Org, Row } from "../../org/types.ts";

export const SYSTEM = (org: Org): Caller => {
  const first = [...org.rows("User")][0];
  return { userId: first?.Id ?? "", api: "soap", system: true };
};

/** Inserts or updates one record of setup by a name field; does nothing where the kernel has no such object. */
export function putRow(
  org: Org,
  object: string,
  match: Record<string, unknown>,
  fields: Record<string, unknown>,
): string | undefined {
  const def = org.schema.object(object);
  if (def === undefined) return undefined;
  const usable = Object.fromEntries(
    Object.entries({ ...match, ...fields }).filter(([name]) => def.fields.has(name)),
  );
  const existing = [...org.rows(object)].find(
    (row) => row.IsDeleted !== true && Object.entries(match).every(([name, value]) => row[name] === value),
  );
  const [result] = org.execute(
    SYSTEM(org),
    [
      existing === undefined
        ? { op: "insert", object, fields: usable }
        : { op: "update", object, id: existing.Id, fields: usable },
    ],
    { allOrNone: true },
  );
  if (result?.success !== true)
    throw new Error(
      `${object} could not be written: ${result?.errors.map((error) => error.message).join("; ")}`,
    );
  return result.id;
}

export const rowsWhere = (org: Org, object: string, match: (row: Row) => boolean): Row[] =>
  org.schema.object(object) === undefined
    ? []
    : [...org.rows(object)].filter((row) => row.IsDeleted !== true && match(row));

export function deleteRows(org: Org, object: string, match: (row: Row) => boolean): void {
  const rows = rowsWhere(org, object, match);
  if (rows.length === 0) return;
  org.execute(
    SYSTEM(org),
    rows.map((row) => ({ op: "delete", object, id: row.Id })),
  );
}

export function applySetup(org: Org, items: Item[]): void {
  for (const { type, fullName, element } of items) {
    if (element === undefined) continue;
    if (type === "Queue") {
      const id = putRow(
        org,
        "Group",
        { DeveloperName: fullName, Type: "Queue" },
        { Name: textOf(element, "name"), Email: textOf(element, "email") ?? null, DoesIncludeBosses: false },
      );
      if (id === undefined) continue;
      for (const entry of all(element, "queueSobject"))
        putRow(org, "QueueSobject", { QueueId: id, SobjectType: textOf(entry, "sobjectType") }, {});
      const users = at(element, "queueMembers", "users");
      for (const name of users === undefined ? [] : all(users, "user")) {
        const user = rowsWhere(org, "User", (row) => row.Username === name.text.trim())[0];
        if (user !== undefined) putRow(org, "GroupMember", { GroupId: id, UserOrGroupId: user.Id }, {});
      }
    } else if (type === "Group")
      putRow(org, "Group", { DeveloperName: fullName, Type: "Regular" }, { Name: textOf(element, "name") });
    else if (type === "CustomNotificationType")
      putRow(
        org,
        "CustomNotificationType",
        { DeveloperName: fullName },
        {
          CustomNotifTypeName: textOf(element, "customNotifTypeName"),
          MasterLabel: textOf(element, "masterLabel"),
          Desktop: textOf(element, "desktop") === "true",
          Mobile: textOf(element, "mobile") === "true",
        },
      );
    else if (type === "CustomPermission")
      putRow(org, "CustomPermission", { DeveloperName: fullName }, { MasterLabel: textOf(element, "label") });
  }
}

export function removeSetup(org: Org, type: string, fullName: string): void {
  if (type === "Queue" || type === "Group")
    deleteRows(
      org,
      "Group",
      (row) => row.DeveloperName === fullName && row.Type === (type === "Queue" ? "Queue" : "Regular"),
    );
  else if (type === "CustomNotificationType" || type === "CustomPermission")
    deleteRows(org, type, (row) => row.DeveloperName === fullName);
}
