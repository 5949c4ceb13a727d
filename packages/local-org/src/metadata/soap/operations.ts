/** What the Metadata API's SOAP face does. */
import { all, child, flag, textOf, type XmlValue } from "../xml/parse.ts";
import { deployResult } from "../deploy/result.ts";
import { manifestOf } from "../package/manifest.ts";
import { describeTypes, listMetadata } from "../retrieve/list.ts";
import type { Call } from "./call.ts";
import { crud } from "./crud.ts";
import { SoapFault, type RawXml } from "./envelope.ts";
import type { Org } from "../../org/types.ts";

const userName = (org: Org, userId: string): string => String(org.row("User", userId)?.Name ?? "");

function deploy({ body, deploys, version, userId, org }: Call): XmlValue {
  const zip = textOf(body, "ZipFile");
  if (zip === undefined || zip === "") throw new SoapFault("INVALID_TYPE", "ZipFile is required");
  const options = child(body, "DeployOptions");
  const testLevel = options && textOf(options, "testLevel");
  const job = deploys.start(
    Buffer.from(zip, "base64"),
    {
      checkOnly: options !== undefined && flag(options, "checkOnly"),
      rollbackOnError: options === undefined || textOf(options, "rollbackOnError") !== "false",
      purgeOnDelete: options !== undefined && flag(options, "purgeOnDelete"),
      ...(testLevel === undefined ? {} : { testLevel }),
    },
    version,
    userId,
  );
  return {
    done: false,
    id: job.id,
    state: "Queued",
    status: deployResult(job, userName(org, userId), false).status as string,
  };
}

function checkDeployStatus({ body, deploys, org }: Call): XmlValue {
  const id = textOf(body, "asyncProcessId") ?? "";
  const job = deploys.find(id);
  if (job === undefined) throw new SoapFault("INVALID_ID_FIELD", `invalid asyncProcessId: ${id}`);
  return deployResult(job, userName(org, job.createdBy), flag(body, "includeDetails")) as XmlValue;
}

function deployRecentValidation({ body, deploys, userId }: Call): XmlValue {
  const id = textOf(body, "validationId") ?? "";
  const job = deploys.startValidated(id, userId);
  if (job === undefined)
    throw new SoapFault(
      "INVALID_ID_FIELD",
      `No recent validation that can be deployed was found with the id ${id}: it must have succeeded within ten days`,
    );
  return job.id;
}

function cancelDeploy({ body, deploys }: Call): XmlValue {
  const id = textOf(body, "String") ?? textOf(body, "asyncProcessId") ?? "";
  const job = deploys.find(id);
  if (job === undefined) throw new SoapFault("INVALID_ID_FIELD", `invalid asyncProcessId: ${id}`);
  deploys.cancel(job);
  return { done: job.canceled, id: job.id };
}

function retrieve({ body, retrieves, version, org }: Call): XmlValue {
  const request = child(body, "retrieveRequest") ?? child(body, "request");
  if (request === undefined) throw new SoapFault("INVALID_TYPE", "retrieveRequest is required");
  const unpackaged = child(request, "unpackaged");
  const manifest =
    unpackaged === undefined ? { types: new Map<string, Set<string>>() } : manifestOf(unpackaged);
  const job = retrieves.start(org, manifest, textOf(request, "apiVersion") ?? version.toFixed(1));
  return { done: false, id: job.id, state: "Queued" };
}

function checkRetrieveStatus({ body, retrieves }: Call): XmlValue {
  const id = textOf(body, "asyncProcessId") ?? "";
  const job = retrieves.find(id);
  if (job === undefined) throw new SoapFault("INVALID_ID_FIELD", `invalid asyncProcessId: ${id}`);
  const withZip = textOf(body, "includeZip") !== "false";
  return {
    done: true,
    fileProperties: job.result.properties as unknown as XmlValue,
    id: job.id,
    messages: job.result.problems,
    status: "Succeeded",
    success: true,
    zipFile: withZip ? job.zip() : undefined,
  };
}

function list({ body, org }: Call): XmlValue {
  try {
    return listMetadata(
      org,
      all(body, "queries").map((query) => {
        const folder = textOf(query, "folder");
        return { type: textOf(query, "type") ?? "", ...(folder ? { folder } : {}) };
      }),
    ) as unknown as XmlValue;
  } catch (error) {
    throw new SoapFault("INVALID_TYPE", (error as Error).message);
  }
}

function describe(): XmlValue {
  return {
    metadataObjects: describeTypes().map((type) => ({ ...type, suffix: type.suffix })),
    organizationNamespace: "",
    partialSaveAllowed: true,
    testRequired: false,
  };
}

type Result = XmlValue | RawXml;
export const operations: Record<string, (call: Call) => Result | Promise<Result>> = {
  deploy,
  checkDeployStatus,
  cancelDeploy,
  deployRecentValidation,
  retrieve,
  checkRetrieveStatus,
  listMetadata: list,
  describeMetadata: describe,
  ...crud,
};
