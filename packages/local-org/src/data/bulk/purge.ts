/** What a hard delete does beyond a delete: the record skips the recycle bin, and so does what went with it. */
import type { LocalOrg } from "../../org/localOrg.ts";
import type { Id, ObjectDef } from "../../org/types.ts";

export function purgeWithChildren(org: LocalOrg, def: ObjectDef, id: Id): void {
  for (const { object, field } of org.schema.childrenOf(def.name)) {
    if (field.deleteConstraint !== "Cascade" || !object.fields.has("IsDeleted")) continue;
    for (const row of [...org.table(object.name).where(field.name, id)])
      if (row.IsDeleted === true) purgeWithChildren(org, object, row.Id);
  }
  org.purge(def.name, id);
}
