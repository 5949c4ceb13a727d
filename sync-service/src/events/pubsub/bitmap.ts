import type avsc from "avsc";

/**
 * The names behind `changedFields`, `nulledFields` and `diffFields`. An element is a bitmap of the event's own fields
 * (`0x2A`, lowest bit first field). For the parts of a compound field, it is the field's position and a bitmap
 * (`4-0x3`). Parts are named `Parent.Part`.
 */
export function namesOf(bitmaps: readonly string[], event: avsc.types.RecordType): string[] {
  return bitmaps.flatMap((bitmap) => {
    const [position, nested] = bitmap.includes("-") ? bitmap.split("-") : [null, bitmap];
    if (position === null) return [...bitsOf(nested!)].map((bit) => fieldAt(event, bit).name);
    const parent = fieldAt(event, Number(position));
    const parts = recordIn(parent.type);
    // a single field may be addressed so, too
    if (parts === null) return [parent.name];
    return [...bitsOf(nested!)].map((bit) => `${parent.name}.${fieldAt(parts, bit).name}`);
  });
}

function* bitsOf(hex: string): Generator<number> {
  let bits = BigInt(hex);
  for (let bit = 0; bits > 0n; bit++, bits >>= 1n) if (bits & 1n) yield bit;
}

function fieldAt(record: avsc.types.RecordType, position: number) {
  const field = record.fields[position];
  if (field === undefined) throw new Error(`a bitmap names field ${position} of ${record.fields.length}`);
  return field;
}

function recordIn(type: avsc.Type): avsc.types.RecordType | null {
  if (type.typeName === "record") return type as avsc.types.RecordType;
  const members = (type as avsc.types.UnwrappedUnionType).types as avsc.Type[] | undefined;
  return (members?.find((t) => t.typeName === "record") as avsc.types.RecordType | undefined) ?? null;
}
