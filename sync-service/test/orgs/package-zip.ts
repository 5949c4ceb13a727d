// What the service needs of the package, ready to deploy into a local org.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentSet, MetadataConverter } from "@salesforce/source-deploy-retrieve";

const root = join(import.meta.dirname, "../../..");
export const clientPackage = join(root, "force-app/main/default");
export const hubPackage = join(root, "hub-app/main/default");
// what the service needs of the package; pages and components only take time
const parts = [
  "objects",
  "permissionsets",
  "customPermissions",
  "notificationtypes",
  "platformEventChannels",
  "platformEventChannelMembers",
];

/** @param work a folder to work in; it may not exist */
export async function packageZip(work: string, source = clientPackage): Promise<Buffer> {
  const there = parts.filter((part) => existsSync(join(source, part)));
  // the hub's package stands on the clients'
  cpSync(join(clientPackage, "customPermissions"), join(work, "customPermissions"), { recursive: true });
  for (const part of there) cpSync(join(source, part), join(work, part), { recursive: true });
  for (const file of readdirSync(join(work, "permissionsets"))) {
    const path = join(work, "permissionsets", file);
    const pages = /\s*<(applicationVisibilities|tabSettings)>[\s\S]*?<\/\1>/g;
    writeFileSync(path, readFileSync(path, "utf8").replace(pages, ""));
  }
  const set = ComponentSet.fromSource({ fsPaths: there.map((part) => join(work, part)) });
  set.sourceApiVersion = "68.0";
  const { zipBuffer } = await new MetadataConverter().convert(set, "metadata", { type: "zip" });
  return zipBuffer!;
}
