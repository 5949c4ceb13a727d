import { LocalOrg } from "../../src/org/localOrg.ts";
import type { Caller, DmlError, FieldDef, ObjectDef, OrgOptions, Row } from "../../src/org/types.ts";

export const NOON = Date.UTC(2026, 10, 23, 12);

/** An org in memory with an administrator, a standard user, an integration user, and a clock that only a test moves. */
export function newOrg(more: Partial<OrgOptions> = {}, dataDir?: string) {
  const clock = { now: NOON };
  const user = (first: string, profile: string) => ({
    username: `${first}@test.example`,
    name: `${first[0]!.toUpperCase()}${first.slice(1)} Test`,
    email: `${first}@test.example`,
    profile,
  });
  const org = new LocalOrg(
    {
      name: "test",
      label: "Test",
      language: "en_US",
      timeZone: "America/Argentina/Buenos_Aires",
      users: [
        user("admin", "System Administrator"),
        user("tom", "Standard User"),
        user("ana", "Standard User"),
        user("sync", "Minimum Access - API Only Integrations"),
      ],
      ...more,
    },
    () => clock.now,
    dataDir,
  );
  const userId = (first: string) =>
    [...org.rows("User")].find((row) => row.Username === `${first}@test.example`)!.Id;
  const as = (first: string): Caller => ({ userId: userId(first), client: "test", api: "rest/66.0" });
  const system: Caller = { userId: userId("admin"), api: "setup", system: true };

  const insert = (caller: Caller, object: string, fields: Record<string, unknown>): string => {
    const [result] = org.execute(caller, [{ op: "insert", object, fields }]);
    if (!result!.success) throw new Error(JSON.stringify(result!.errors));
    return result!.id;
  };
  const refused = (caller: Caller, object: string, fields: Record<string, unknown>): DmlError => {
    const [result] = org.execute(caller, [{ op: "insert", object, fields }]);
    if (result!.success) throw new Error("was saved");
    return result!.errors[0]!;
  };
  const update = (
    caller: Caller,
    object: string,
    id: string,
    fields: Record<string, unknown>,
  ): DmlError[] => {
    const [result] = org.execute(caller, [{ op: "update", object, id, fields }]);
    return result!.success ? [] : result!.errors;
  };
  const select = (soql: string, caller = as("admin")) => org.query(caller, soql).records;
  const values = (soql: string, caller = as("admin")) =>
    select(soql, caller).map(
      (record) => Object.entries(record).filter(([name]) => name !== "attributes")[0]![1],
    );
  const why = (soql: string, caller = as("admin")): string => {
    try {
      org.query(caller, soql);
    } catch (error) {
      return `${(error as { errorCode: string }).errorCode}: ${(error as Error).message.split("\n").at(-1)}`;
    }
    return "no error";
  };
  const row = (object: string, id: string): Row => org.row(object, id)!;
  /** Everything granted on fields of an object to everyone who asks, through one permission set assigned to `people`. */
  const grant = (
    object: string,
    fields: string[],
    people: string[],
    may: Partial<Record<string, boolean>> = {},
  ): string => {
    const set = insert(system, "PermissionSet", {
      Name: `Grant_${object}_${people.join("_")}`,
      Label: "Grant",
    });
    insert(system, "ObjectPermissions", {
      ParentId: set,
      SobjectType: object,
      PermissionsRead: true,
      PermissionsCreate: true,
      PermissionsEdit: true,
      PermissionsDelete: true,
      ...may,
    });
    for (const field of fields)
      insert(system, "FieldPermissions", {
        ParentId: set,
        SobjectType: object,
        Field: `${object}.${field}`,
        PermissionsRead: true,
        PermissionsEdit: true,
      });
    for (const person of people)
      insert(system, "PermissionSetAssignment", { AssigneeId: userId(person), PermissionSetId: set });
    return set;
  };
  return { org, clock, as, system, userId, insert, refused, update, select, values, why, row, grant };
}

export const customField = (name: string, more: Partial<FieldDef> = {}): FieldDef => ({
  name,
  label: name.replace(/__c$/, "").replaceAll("_", " "),
  type: "string",
  length: 40,
  custom: true,
  nillable: true,
  createable: true,
  updateable: true,
  filterable: true,
  sortable: true,
  ...more,
});

export function addFields(
  org: LocalOrg,
  object: string,
  fields: FieldDef[],
  more: Partial<ObjectDef> = {},
): void {
  const def = org.schema.object(object)!;
  const all = new Map(def.fields);
  for (const field of fields) all.set(field.name, field);
  org.schema.putObject({ ...def, fields: all, ...more });
}
