/** The addresses at which a browser fetches files: one version, one document, or several documents as a zip. */
import { zipSync } from "fflate";
import { Router, type Response } from "express";
import { sessionOf } from "../identity/pageSession.ts";
import { normalizeId } from "../org/ids.ts";
import type { LocalOrg } from "../org/localOrg.ts";
import type { Row } from "../org/types.ts";

export function downloadRouter(org: LocalOrg): Router {
  const router = Router();
  router.get("/sfc/servlet.shepherd/:kind/download/*ids", (request, response) => {
    const session = sessionOf(org, request);
    if (session === undefined) return refuse(response, 401, "Sign in to this org to download its files.");
    const caller = { userId: session.userId, api: "ui" };
    const ids = ([] as string[]).concat(request.params.ids as never).map((id) => normalizeId(id) ?? id);
    const versions = ids.map((id) => {
      const document = request.params.kind === "document" ? org.row("ContentDocument", id) : undefined;
      const version = request.params.kind === "document" ? document?.LatestPublishedVersionId : id;
      const seen = version && org.read(caller, "ContentVersion", String(version), ["Id"]);
      return seen ? org.row("ContentVersion", String(version)) : undefined;
    });
    if (versions.some((version) => version === undefined))
      return refuse(response, 404, "You can't see this file, or it does not exist.");
    const found = versions as Row[];
    if (found.length === 1) return send(response, fileName(found[0]!), bytesOf(found[0]!));
    const entries = found.map((row, at) => [`${at + 1} ${fileName(row)}`, bytesOf(row)] as const);
    send(response, "files.zip", zipSync(Object.fromEntries(entries)));
  });
  return router;
}

const bytesOf = (version: Row): Buffer => Buffer.from(String(version.VersionData), "base64");

const fileName = ({ Title: title, FileExtension: extension }: Row): string =>
  extension === null ||
  String(title)
    .toLowerCase()
    .endsWith(`.${String(extension)}`)
    ? String(title)
    : `${String(title)}.${String(extension)}`;

/** Always as an attachment: a file that a stranger sent must not run as a page of the org. */
function send(response: Response, name: string, content: Uint8Array): void {
  response.attachment(name).set("X-Content-Type-Options", "nosniff").send(Buffer.from(content));
}

const refuse = (response: Response, status: number, words: string): void =>
  void response.status(status).type("text/plain").send(words);
