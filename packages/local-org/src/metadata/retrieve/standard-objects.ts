/** Standard objects that an admin customises: listed and retrieved even when nothing of theirs was deployed. */
import { NAMESPACE } from "../schema/validate.ts";
import { bytes } from "../package/zip.ts";
import type { Component, ObjectDef, Org } from "../../org/types.ts";

export const customizableObjects = (org: Org): ObjectDef[] =>
  org.schema
    .objects()
    .filter(
      (object) =>
        !object.custom &&
        (object.setup !== true || object.name === "User") &&
        object.tooling !== true &&
        object.historyOf === undefined,
    );

/** What such an object says of itself: its sharing and whether history is kept. */
export function standardObject(org: Org, name: string): Component | undefined {
  const object = customizableObjects(org).find((candidate) => candidate.name === name);
  if (object === undefined) return undefined;
  const xml = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<CustomObject xmlns="${NAMESPACE}">`,
    `    <enableHistory>${object.enableHistory === true}</enableHistory>`,
    `    <sharingModel>${object.sharing}</sharingModel>`,
    "</CustomObject>",
    "",
  ].join("\n");
  return {
    type: "CustomObject",
    fullName: name,
    id: "",
    createdAt: 0,
    modifiedAt: 0,
    files: new Map([[`objects/${name}.object`, bytes(xml)]]),
  };
}
