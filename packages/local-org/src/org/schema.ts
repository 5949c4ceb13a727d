import { CaseInsensitiveMap } from "./caseInsensitive.ts";
import { audit, idField, lookup, object, readOnly, always } from "./standard/build.ts";
import { historyFields } from "./standard/service.ts";
import { fileObjects, linkFiles } from "./standard/files.ts";
import { salesObjects } from "./standard/sales.ts";
import { serviceObjects } from "./standard/service.ts";
import { setupObjects } from "./standard/setup.ts";
import type { FieldDef, ObjectDef, Schema } from "./types.ts";

export interface ChildRelationship {
  name: string | undefined;
  object: ObjectDef;
  field: FieldDef;
}

/** The org's objects. `persist` gets every definition that differs from the standard ones. */
export class OrgSchema implements Schema {
  #objects = new CaseInsensitiveMap<ObjectDef>();
  #prefixes = new Map<string, ObjectDef>();
  #listeners: (() => void)[] = [];
  #children: Map<string, ChildRelationship[]> | undefined;
  /** The names of changed objects. */
  #changedNames = new Set<string>();
  #persist: (name: string, def: ObjectDef | null) => void;

  constructor(persist: (name: string, def: ObjectDef | null) => void) {
    this.#persist = persist;
    for (const def of [...serviceObjects(), ...salesObjects(), ...fileObjects(), ...setupObjects()])
      this.#put(def);
  }

  object(name: string): ObjectDef | undefined {
    return this.#objects.get(name);
  }
  objects(): ObjectDef[] {
    return [...this.#objects.values()];
  }
  objectByKeyPrefix(prefix: string): ObjectDef | undefined {
    return this.#prefixes.get(prefix);
  }
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  putObject(def: ObjectDef): void {
    if (def.custom) completeCustom(def);
    this.#put(def);
    this.#changedNames.add(def.name);
    this.#persist(def.name, def);
    if (def.enableHistory && def.custom) {
      const history = historyObject(def, this.#prefixFor(def));
      if (!this.#objects.has(history.name)) this.#put(history);
    }
    this.#changed();
  }

  removeObject(name: string): void {
    const def = this.#objects.get(name);
    if (def === undefined) return;
    this.#objects.delete(name);
    this.#prefixes.delete(def.keyPrefix);
    this.#changedNames.delete(def.name);
    this.#linkFiles(def, false);
    this.#persist(def.name, null);
    this.#changed();
  }

  /** Restores a definition from disk, without announcing or writing it. */
  restore(name: string, def: ObjectDef | null): void {
    if (def === null) this.#objects.delete(name);
    else {
      this.#put(def);
      this.#changedNames.add(def.name);
      if (def.enableHistory && def.custom) this.#put(historyObject(def, this.#prefixFor(def)));
    }
    this.#children = undefined;
  }

  changed(): ObjectDef[] {
    return [...this.#changedNames].map((name) => this.#objects.get(name)).filter((def) => def !== undefined);
  }

  /** The relationships that point to an object, with their child names. */
  childrenOf(name: string): ChildRelationship[] {
    if (this.#children === undefined) {
      this.#children = new Map();
      for (const object of this.#objects.values())
        for (const field of object.fields.values())
          for (const target of field.referenceTo ?? []) {
            const key = target.toLowerCase();
            const list = this.#children.get(key) ?? [];
            list.push({ name: field.childRelationshipName, object, field });
            this.#children.set(key, list);
          }
    }
    return this.#children.get(name.toLowerCase()) ?? [];
  }

  #put(def: ObjectDef): void {
    if (!(def.fields instanceof CaseInsensitiveMap)) def.fields = new CaseInsensitiveMap(def.fields);
    const before = this.#objects.get(def.name);
    if (before !== undefined && before.name !== def.name) this.#objects.delete(before.name);
    this.#objects.set(def.name, def);
    this.#prefixes.set(def.keyPrefix, def);
    this.#linkFiles(def, true);
    this.#children = undefined;
  }

  #linkFiles(def: ObjectDef, to: boolean): void {
    if (def.custom && /__c$/i.test(def.name) && def.customSetting !== true)
      linkFiles((name) => this.#objects.get(name), def.name, to);
  }

  #prefixFor(def: ObjectDef): string {
    return def.keyPrefix.startsWith("a") ? `h${def.keyPrefix.slice(1)}` : `h${def.keyPrefix.slice(0, 2)}`;
  }

  #changed(): void {
    this.#children = undefined;
    for (const listener of this.#listeners) listener();
  }
}

/** Adds the fields that every custom object has, even if its file does not name them. */
function completeCustom(def: ObjectDef): void {
  const system: FieldDef[] = [
    idField(),
    audit.deleted(),
    audit.createdDate(),
    audit.createdBy(),
    audit.modifiedDate(),
    audit.modifiedBy(),
    audit.modstamp(),
  ];
  if (def.sharing !== "ControlledByParent")
    system.push(
      lookup("OwnerId", "Owner ID", ["Group", "User"], undefined, {
        ...always,
        nillable: false,
        defaultedOnCreate: true,
      }),
    );
  for (const field of system) if (!def.fields.has(field.name)) def.fields.set(field.name, field);
}

/** `Thing__c` → `Thing__History`. */
export const historyName = (name: string): string =>
  name.endsWith("__c") ? name.replace(/__c$/, "__History") : `${name}History`;
export const historyParent = (name: string): string => (name.endsWith("__c") ? "ParentId" : `${name}Id`);

function historyObject(of: ObjectDef, keyPrefix: string): ObjectDef {
  const parent = lookup(historyParent(of.name), `${of.label} ID`, of.name, "Histories", {
    ...readOnly,
    ...always,
    nillable: false,
    deleteConstraint: "Cascade",
  });
  parent.relationshipName = "Parent";
  return object(
    historyName(of.name),
    keyPrefix,
    [`${of.label} History`, `${of.label} History`],
    [parent, ...historyFields()],
    {
      nameField: "Id",
      stamps: "created",
      createable: false,
      updateable: false,
      deletable: false,
      historyOf: of.name,
      sharing: "ControlledByParent",
    },
  );
}
