/** Rows of fields, as layouts of pages and of quick actions describe them. */
import type { ObjectDef } from "../org/types.ts";
import type { LayoutItem } from "../screens/layouts.ts";
import type { Call } from "./answer.ts";
import { describeField } from "./describe.ts";
import { labelOf } from "./paths.ts";

/** @param columns the fields of each column, from the top; an undefined one is a blank space */
export function layoutRows(call: Call, object: ObjectDef, columns: (LayoutItem | undefined)[][]) {
  const rows = [];
  let tabOrder = 0;
  for (let row = 0; row < Math.max(0, ...columns.map(({ length }) => length)); row += 1) {
    const layoutItems = columns.map((column) => {
      const item = column[row];
      return item === undefined ? blank : layoutItem(call, object, item, ++tabOrder);
    });
    rows.push({ layoutItems, numItems: layoutItems.length });
  }
  return rows;
}

const blank = {
  editableForNew: false,
  editableForUpdate: false,
  label: "",
  layoutComponents: [],
  placeholder: true,
  required: false,
};

function layoutItem({ org, caller }: Call, object: ObjectDef, item: LayoutItem, tabOrder: number) {
  const field = object.fields.get(item.field)!;
  const details = describeField(org, caller, object, field);
  return {
    editableForNew: !item.readOnly && details.createable,
    editableForUpdate: !item.readOnly && details.updateable,
    label: labelOf(object, field),
    layoutComponents: [
      {
        details,
        displayLines: field.type === "textarea" ? 6 : 1,
        tabOrder,
        type: "Field",
        value: field.name,
      },
    ],
    placeholder: false,
    required: item.required,
  };
}
