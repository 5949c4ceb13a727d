// What an org holds, as names: its components, fields and assignments. Two pictures tell what an install left behind.
import { Connection } from "jsforce";

export type Picture = ReadonlySet<string>;

/** Records that an install and its set-up make, with the field that names them. */
const records: [object: string, named: string][] = [
  ["PermissionSet", "Name"],
  ["PermissionSetAssignment", "Id"],
  ["PermissionSetLicenseAssign", "Id"],
  ["Case", "Subject"],
];

export async function pictureOf(instanceUrl: string, accessToken: string): Promise<Picture> {
  const org = new Connection({ instanceUrl, accessToken, version: "66.0" });
  const names = new Set<string>();
  const { metadataObjects } = await org.metadata.describe();
  const types = metadataObjects.flatMap(({ xmlName, inFolder, childXmlNames }) => [
    xmlName,
    ...[childXmlNames ?? []].flat(),
    ...(inFolder ? [`${xmlName === "EmailTemplate" ? "Email" : xmlName}Folder`] : []),
  ]);
  const most = 3; // queries in one call
  for (let at = 0; at < types.length; at += most)
    for (const { type, fullName } of await org.metadata.list(
      types.slice(at, at + most).map((type) => ({ type })),
    ))
      names.add(`${type} ${fullName}`);
  for (const { name } of (await org.describeGlobal()).sobjects) names.add(`object ${name}`);
  for (const { name } of (await org.describe("Case")).fields) names.add(`field Case.${name}`);
  for (const [object, named] of records) {
    const rows = await org.query<Record<string, string>>(`SELECT ${named} FROM ${object}`);
    for (const row of rows.records) names.add(`${object} ${row[named]}`);
  }
  return names;
}

export const differences = (before: Picture, after: Picture): { gone: string[]; more: string[] } => ({
  gone: [...before].filter((name) => !after.has(name)).sort(),
  more: [...after].filter((name) => !before.has(name)).sort(),
});
