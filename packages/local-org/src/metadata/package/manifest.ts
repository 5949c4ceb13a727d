/** package.xml and destructiveChanges.xml: types and the names asked for. */
import { all, escapeXml, localName, parseXml, textOf } from "../xml/parse.ts";

export interface Manifest {
  version?: string;
  types: Map<string, Set<string>>;
}

export function readManifest(source: string): Manifest {
  const root = parseXml(source);
  if (localName(root) !== "Package")
    throw new Error(
      `Element {http://soap.sforce.com/2006/04/metadata}${localName(root)} invalid at this location`,
    );
  return manifestOf(root);
}

/** The same shape travels inside a SOAP retrieve request as `<unpackaged>`. */
export function manifestOf(root: ReturnType<typeof parseXml>): Manifest {
  const types = new Map<string, Set<string>>();
  for (const entry of all(root, "types")) {
    const name = textOf(entry, "name");
    if (name === undefined) throw new Error("Required field is missing: name");
    const members = types.get(name) ?? new Set();
    for (const member of all(entry, "members")) members.add(member.text.trim());
    types.set(name, members);
  }
  const version = textOf(root, "version");
  return version === undefined ? { types } : { types, version };
}

export function writeManifest(types: Map<string, Iterable<string>>, version: string): string {
  const entries = [...types]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, members]) => {
      const lines = [...members].sort().map((member) => `        <members>${escapeXml(member)}</members>\n`);
      return `    <types>\n${lines.join("")}        <name>${name}</name>\n    </types>\n`;
    });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n${entries.join("")}    <version>${version}</version>\n</Package>\n`;
}
