/** What `Organization` says of the default sharing, in its own words. */
import type { ObjectDef, Schema } from "./types.ts";

const words: Record<ObjectDef["sharing"], string> = {
  Private: "None",
  Read: "Read",
  ReadWrite: "Edit",
  ControlledByParent: "ControlledByParent",
};

export const caseAccess = (schema: Pick<Schema, "object">): string =>
  words[schema.object("Case")?.sharing ?? "ReadWrite"];
