/**
 * The field lists of a change event's header in the Pub/Sub API's form. One hexadecimal bitmap names the record's
 * fields ("0x400800": bits 11 and 22). Then `parent-bitmap` names the parts of each compound ("4-0x01").
 */
import type { EventField } from "../capture/fields.ts";

export function bitmapsOf(names: string[], fields: EventField[]): string[] {
  if (names.length === 0) return [];
  const wanted = new Set(names);
  const nested: string[] = [];
  let top = 0n;
  fields.forEach((field, index) => {
    // The header is bit 0.
    const bit = index + 1;
    if (field.kind === "simple") {
      if (wanted.has(field.field.name)) top |= 1n << BigInt(bit);
      return;
    }
    let parts = 0n;
    field.parts.forEach((part, at) => {
      if (wanted.has(part.field.name)) parts |= 1n << BigInt(at);
    });
    if (parts > 0n) nested.push(`${bit}-${hexadecimal(parts)}`);
  });
  return [hexadecimal(top), ...nested];
}

function hexadecimal(bits: bigint): string {
  const digits = bits.toString(16).toUpperCase();
  return `0x${digits.length % 2 ? "0" : ""}${digits}`;
}
