// A folder of TZif files as an operator has it, with laws made up for a test.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const text = (letters: string) => Buffer.from(letters, "latin1");
const block = (version: string) => {
  const head = Buffer.alloc(44);
  head.write(`TZif${version}`, "latin1");
  head.writeUInt32BE(1, 36); // types
  head.writeUInt32BE(1, 40); // letters
  return head;
};

/** A TZif file of version 2 without a change of its own: its footer is the law. */
export function tzif(offset: number, footer: string): Buffer {
  const type = Buffer.alloc(6);
  type.writeInt32BE(offset);
  const body = [type, Buffer.from([0])];
  return Buffer.concat([block("2"), ...body, block("2"), ...body, text(`\n${footer}\n`)]);
}

/** Writes a database of such zones: name → hours from Greenwich and the footer. */
export function writeZones(
  folder: string,
  version: string,
  zones: Record<string, [hours: number, footer: string]>,
): void {
  for (const [name, [hours, footer]] of Object.entries(zones)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), tzif(Math.round(hours * 3600), footer));
  }
  writeFileSync(join(folder, "tzdata.zi"), `# version ${version}\n`);
}
