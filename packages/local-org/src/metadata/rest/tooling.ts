/** Components over the Tooling API, one by one: each save is a deploy of that one component. */
import { Router, json, type Request, type Response } from "express";
import { deployZip } from "../deploy/deploy.ts";
import { writeManifest } from "../package/manifest.ts";
import { typeNamed, type TypeEntry } from "../package/registry.ts";
import { bytes, writeZip } from "../package/zip.ts";
import { typeElements } from "../schema/schema.ts";
import { NAMESPACE } from "../schema/validate.ts";
import { all, escapeXml, parseXml, type XmlElement } from "../xml/parse.ts";
import { deployerOf } from "./deployer.ts";
import type { Component, Org } from "../../org/types.ts";

/** The types that can be saved so here: their whole file is their metadata. */
const saved = new Set(["PlatformEventChannel", "PlatformEventChannelMember"]);

class Refused extends Error {
  readonly status: number;
  readonly errorCode: string;
  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }
}

export function toolingRouter(org: Org): Router {
  const router = Router();
  const path = "/services/data/v:version/tooling/sobjects/:type";
  const on = (
    method: "get" | "post" | "patch" | "delete",
    address: string,
    work: (request: Request, entry: TypeEntry) => Promise<{ status: number; body?: unknown }>,
  ): void => {
    router[method](address, async (request: Request, response: Response, next) => {
      const type = String(request.params.type);
      const entry = saved.has(type) && request.params.id !== "describe" ? typeNamed(type) : undefined;
      // the data router answers for what is only read
      if (entry === undefined) return next();
      if (deployerOf(org, request, response) === undefined) return;
      try {
        await new Promise((resolve) => json()(request, response, resolve));
        const { status, body } = await work(request, entry);
        if (body === undefined) response.status(status).end();
        else response.status(status).json(body);
      } catch (error) {
        if (!(error instanceof Refused)) return next(error);
        const { status, errorCode, message } = error;
        response.status(status).json([{ message, errorCode, fields: [] }]);
      }
    });
  };
  const found = (request: Request): Component => {
    const { type, id } = request.params as { type: string; id: string };
    const component = org.components.list(type).find((one) => one.id.startsWith(id.slice(0, 15)));
    if (component === undefined) throw new Refused(404, "NOT_FOUND", "The requested resource does not exist");
    return component;
  };

  on("post", path, async (request, entry) => {
    const { FullName, Metadata } = bodyOf(request);
    if (typeof FullName !== "string" || FullName === "")
      throw new Refused(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [FullName]");
    if (org.components.get(entry.name, FullName) !== undefined)
      throw new Refused(
        400,
        "DUPLICATE_DEVELOPER_NAME",
        `There is already a ${entry.name} named ${FullName} in this organization`,
      );
    await save(org, entry, FullName, Metadata);
    const { id } = org.components.get(entry.name, FullName)!;
    return { status: 201, body: { id, success: true, errors: [], warnings: [], infos: [] } };
  });
  on("get", `${path}/:id`, async (request, entry) => {
    const component = found(request);
    const [file] = component.files.values();
    const url = `/services/data/v${String(request.params.version)}/tooling/sobjects/${entry.name}/${component.id}`;
    return {
      status: 200,
      body: {
        attributes: { type: entry.name, url },
        Id: component.id,
        FullName: component.fullName,
        DeveloperName: component.fullName.replace(/__chn$/, ""),
        Metadata: fromXml(parseXml(Buffer.from(file!).toString("utf8")), entry.name),
      },
    };
  });
  on("patch", `${path}/:id`, async (request, entry) => {
    await save(org, entry, found(request).fullName, bodyOf(request)["Metadata"]);
    return { status: 204 };
  });
  on("delete", `${path}/:id`, async (request, entry) => {
    const gone = new Map([[entry.name, [found(request).fullName]]]);
    await deployed(
      org,
      new Map([
        ["package.xml", bytes(writeManifest(new Map(), "66.0"))],
        ["destructiveChanges.xml", bytes(writeManifest(gone, "66.0"))],
      ]),
    );
    return { status: 204 };
  });
  return router;
}

const bodyOf = (request: Request): Record<string, unknown> => (request.body ?? {}) as Record<string, unknown>;

async function save(org: Org, entry: TypeEntry, fullName: string, metadata: unknown): Promise<void> {
  if (typeof metadata !== "object" || metadata === null)
    throw new Refused(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]");
  const manifest = writeManifest(new Map([[entry.name, [fullName]]]), "66.0");
  const document = `<?xml version="1.0" encoding="UTF-8"?>\n<${entry.name} xmlns="${NAMESPACE}">${toXml(metadata)}</${entry.name}>\n`;
  await deployed(
    org,
    new Map([
      ["package.xml", bytes(manifest)],
      [`${entry.directoryName}/${fullName}.${entry.suffix}`, bytes(document)],
    ]),
  );
}

async function deployed(org: Org, files: Map<string, Uint8Array>): Promise<void> {
  const options = { checkOnly: false, rollbackOnError: true, purgeOnDelete: false };
  const outcome = await deployZip(org, writeZip(files), options, 66);
  if (outcome.success) return;
  const [problem = ""] = [outcome.errorMessage, ...outcome.failures.map((one) => one.problem)].filter(
    Boolean,
  );
  throw new Refused(
    400,
    /^DUPLICATE_VALUE/i.test(problem) ? "DUPLICATE_VALUE" : "FIELD_INTEGRITY_EXCEPTION",
    problem,
  );
}

/** `null` stands for an element that is not there. */
function toXml(value: object): string {
  return Object.entries(value)
    .flatMap(([name, inner]: [string, unknown]) =>
      (Array.isArray(inner) ? (inner as unknown[]) : [inner]).map((one) =>
        one === null || one === undefined
          ? ""
          : `<${name}>${typeof one === "object" ? toXml(one) : escapeXml(String(one))}</${name}>`,
      ),
    )
    .join("");
}

/** Every element of the type, `null` or empty where the file lacks it. */
function fromXml(element: XmlElement, type: string): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { name, occurs, type: kind } of typeElements(type)?.values() ?? []) {
    if (name === "fullName" || name === "module") continue;
    const values = all(element, name).map((one) => valueOf(one, kind));
    object[name] = occurs === "many" ? values : (values[0] ?? null);
  }
  return object;
}

function valueOf(element: XmlElement, kind: string): unknown {
  if (typeElements(kind) !== undefined) return fromXml(element, kind);
  const text = element.text.trim();
  return kind === "boolean" ? text === "true" : kind === "number" ? Number(text) : text;
}
