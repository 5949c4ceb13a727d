import type { Context } from "../context.ts";
import { fieldOf, readable } from "../uiapi/fields.ts";
import { iconNameOf } from "../uiapi/icons.ts";

interface Found {
  id: string;
  title: string;
  meta: string;
  icon: string;
  url: string;
}

const SEARCHED = ["Case", "Account", "Contact"];
const MORE: Record<string, string> = { Case: "Subject", Contact: "Email", Account: "Phone" };

/** Finds records by a part of their name: in one object for a lookup, in the usual objects for the header's search. */
export function search(context: Context, term: string, only?: string): Found[] {
  const { org, caller, words } = context;
  const text = term
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("%", "\\%")
    .replaceAll("_", "\\_");
  return (only === undefined ? SEARCHED : [only]).flatMap((name) => {
    const object = org.schema.object(name);
    if (!object || !org.access.object(caller.userId, object.name).read) return [];
    const names = [object.nameField, MORE[object.name] ?? ""].filter((each) => {
      const field = fieldOf(object, each);
      return field && readable(context, object, field);
    });
    const condition = names.map((each) => `${each} LIKE '%${text}%'`).join(" OR ");
    const soql = `SELECT Id, ${names.join(", ")} FROM ${object.name}${term ? ` WHERE ${condition}` : ""} ORDER BY LastModifiedDate DESC LIMIT 8`;
    return org.query(caller, soql).records.map((row) => ({
      id: String(row.Id),
      title: String(row[object.nameField] ?? ""),
      meta: [words.object(object.name, object.label), row[MORE[object.name] ?? ""]]
        .filter(Boolean)
        .join(" • "),
      icon: iconNameOf(object.name),
      url: `/lightning/r/${object.name}/${String(row.Id)}/view`,
    }));
  });
}
