/** Words in which the standard objects are written down. */
import { CaseInsensitiveMap } from "../caseInsensitive.ts";
import type { FieldDef, ObjectDef } from "../types.ts";

type More = Partial<FieldDef>;

const field = (name: string, label: string, type: FieldDef["type"], more: More): FieldDef => ({
  name,
  label,
  type,
  custom: false,
  nillable: true,
  createable: true,
  updateable: true,
  filterable: true,
  sortable: true,
  groupable: true,
  ...more,
});

export const readOnly = { createable: false, updateable: false } as const;
export const required = { nillable: false } as const;
/** Seen by everyone who sees the object: no field-level security to set. */
export const always = { alwaysVisible: true } as const;

export const text = (name: string, label: string, length = 255, more: More = {}) =>
  field(name, label, "string", { length, ...more });
export const area = (name: string, label: string, length = 32000, more: More = {}) =>
  field(name, label, "textarea", {
    length,
    filterable: length <= 255,
    sortable: length <= 255,
    groupable: length <= 255,
    ...more,
  });
export const email = (name: string, label: string, more: More = {}) =>
  field(name, label, "email", { length: 80, ...more });
export const phone = (name: string, label: string, more: More = {}) =>
  field(name, label, "phone", { length: 40, ...more });
export const url = (name: string, label: string, more: More = {}) =>
  field(name, label, "url", { length: 255, ...more });
export const flag = (name: string, label: string, more: More = {}) =>
  field(name, label, "boolean", { nillable: false, defaultValue: false, defaultedOnCreate: true, ...more });
export const int = (name: string, label: string, more: More = {}) =>
  field(name, label, "int", { precision: 9, scale: 0, ...more });
export const double = (name: string, label: string, precision: number, scale: number, more: More = {}) =>
  field(name, label, "double", { precision, scale, groupable: false, ...more });
export const currency = (name: string, label: string, more: More = {}) =>
  field(name, label, "currency", { precision: 18, scale: 2, groupable: false, ...more });
export const date = (name: string, label: string, more: More = {}) => field(name, label, "date", more);
export const datetime = (name: string, label: string, more: More = {}) =>
  field(name, label, "datetime", { groupable: false, ...more });

/** `*` marks the default. Standard picklists take other values too, unless `restricted`. */
export function picklist(
  name: string,
  label: string,
  values: readonly string[],
  more: More & { restricted?: boolean; closes?: readonly string[] } = {},
) {
  const { restricted = false, closes, ...rest } = more;
  return field(name, label, "picklist", {
    length: 255,
    picklist: {
      restricted,
      values: values.map((value) => {
        const bare = value.replace(/\*$/, "");
        return {
          ...{ value: bare, label: bare, active: true },
          ...(bare === value ? {} : { default: true }),
          ...(closes === undefined ? {} : { closed: closes.includes(bare) }),
        };
      }),
    },
    ...rest,
  });
}

/** `children` names the relationship on the other side. */
export function lookup(
  name: string,
  label: string,
  to: string | string[],
  children?: string,
  more: More = {},
) {
  return field(name, label, "reference", {
    length: 18,
    referenceTo: Array.isArray(to) ? to : [to],
    relationshipName: name.replace(/Id$/, ""),
    deleteConstraint: "SetNull",
    ...(children === undefined ? {} : { childRelationshipName: children }),
    ...more,
  });
}

const stamp = { ...readOnly, ...always, nillable: false, defaultedOnCreate: true } as const;
export const idField = () => field("Id", "Record ID", "id", { length: 18, ...stamp });
export const audit = {
  deleted: () => flag("IsDeleted", "Deleted", { ...readOnly, ...always }),
  createdDate: () => datetime("CreatedDate", "Created Date", stamp),
  createdBy: () => lookup("CreatedById", "Created By ID", "User", undefined, stamp),
  modifiedDate: () => datetime("LastModifiedDate", "Last Modified Date", stamp),
  modifiedBy: () => lookup("LastModifiedById", "Last Modified By ID", "User", undefined, stamp),
  modstamp: () => datetime("SystemModstamp", "System Modstamp", stamp),
};

type Stamps = "full" | "setup" | "created" | "none";
const stamps: Record<Stamps, () => FieldDef[]> = {
  full: () => [
    audit.deleted(),
    audit.createdDate(),
    audit.createdBy(),
    audit.modifiedDate(),
    audit.modifiedBy(),
    audit.modstamp(),
  ],
  setup: () => [
    audit.createdDate(),
    audit.createdBy(),
    audit.modifiedDate(),
    audit.modifiedBy(),
    audit.modstamp(),
  ],
  created: () => [audit.deleted(), audit.createdDate(), audit.createdBy()],
  none: () => [],
};

export function object(
  name: string,
  keyPrefix: string,
  labels: [one: string, many: string],
  fields: FieldDef[],
  more: Partial<ObjectDef> & { stamps?: Stamps } = {},
): ObjectDef {
  const { stamps: kind = "full", ...rest } = more;
  const all = [idField(), ...fields, ...stamps[kind]()];
  return {
    name,
    label: labels[0],
    labelPlural: labels[1],
    keyPrefix,
    custom: false,
    fields: new CaseInsensitiveMap(all.map((f) => [f.name, f])),
    nameField: "Name",
    sharing: "ReadWrite",
    validationRules: [],
    recordTypes: [],
    queryable: true,
    createable: true,
    updateable: true,
    deletable: true,
    changeEvents: false,
    ...rest,
  };
}
