/** The Metadata REST API: `POST /services/data/vXX/metadata/deployRequest`, and its status. */
import busboy from "busboy";
import { Router, json, type Request, type Response } from "express";
import { deployResult } from "../deploy/result.ts";
import type { DeployJob, DeployQueue } from "../deploy/jobs.ts";
import type { DeployOptions } from "../deploy/types.ts";
import { deployerOf } from "./deployer.ts";
import type { Org } from "../../org/types.ts";

interface Upload {
  options: Record<string, unknown>;
  file: Buffer | undefined;
}

function readUpload(request: Request): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload: Upload = { options: {}, file: undefined };
    const parser = busboy({ headers: request.headers, limits: { fieldSize: 1_000_000 } });
    const readOptions = (content: string): void => {
      const parsed = JSON.parse(content) as { deployOptions?: Record<string, unknown> };
      upload.options = parsed.deployOptions ?? {};
    };
    parser.on("field", (name, value) => {
      if (name === "entity_content" || name === "json") readOptions(value);
    });
    parser.on("file", (name, stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const content = Buffer.concat(chunks);
        if (name === "entity_content" || name === "json") readOptions(content.toString("utf8"));
        else upload.file = content;
      });
    });
    parser.on("close", () => resolve(upload));
    parser.on("error", reject);
    request.pipe(parser);
  });
}

const optionsOf = (raw: Record<string, unknown>): DeployOptions => ({
  checkOnly: raw.checkOnly === true,
  rollbackOnError: raw.rollbackOnError !== false,
  purgeOnDelete: raw.purgeOnDelete === true,
  ...(typeof raw.testLevel === "string" ? { testLevel: raw.testLevel } : {}),
});

export function restRouter(org: Org, deploys: DeployQueue): Router {
  const router = Router();
  const path = "/services/data/v:version/metadata/deployRequest";
  const fail = (response: Response, status: number, errorCode: string, message: string): void => {
    response.status(status).json([{ message, errorCode }]);
  };
  const userOf = (request: Request, response: Response): string | undefined =>
    deployerOf(org, request, response);
  /** The deploy of the address; undefined when the answer has been given. */
  const jobOf = (request: Request, response: Response): DeployJob | undefined => {
    if (userOf(request, response) === undefined) return undefined;
    const job = deploys.find(String(request.params.id));
    if (job === undefined)
      fail(
        response,
        404,
        "NOT_FOUND",
        `The requested resource does not exist: no deploy ${String(request.params.id)}`,
      );
    return job;
  };
  const nameOf = (userId: string): string => String(org.row("User", userId)?.Name ?? "");

  router.post(path, async (request, response) => {
    const userId = userOf(request, response);
    if (userId === undefined) return;
    if (request.is("application/json")) return quick(request, response, userId);
    let upload: Upload;
    try {
      upload = await readUpload(request);
    } catch (error) {
      fail(response, 400, "INVALID_MULTIPART_REQUEST", (error as Error).message);
      return;
    }
    if (upload.file === undefined) {
      fail(
        response,
        400,
        "INVALID_MULTIPART_REQUEST",
        "The request holds no file: send the zip as the part `file`",
      );
      return;
    }
    const options = optionsOf(upload.options);
    const job = deploys.start(upload.file, options, Number(request.params.version), userId);
    response.status(201).json({
      id: job.id,
      validatedDeployRequestId: null,
      deployOptions: upload.options,
      deployResult: deployResult(job, nameOf(userId), false),
    });
  });

  async function quick(request: Request, response: Response, userId: string): Promise<void> {
    await new Promise((resolve) => json()(request, response, resolve));
    const { validatedDeployRequestId: id } = (request.body ?? {}) as { validatedDeployRequestId?: unknown };
    const job = typeof id === "string" ? deploys.startValidated(id, userId) : undefined;
    if (job === undefined) {
      fail(
        response,
        400,
        "INVALID_ID_FIELD",
        `No recent validation that can be deployed was found with the id ${String(id)}: it must have succeeded within ten days`,
      );
      return;
    }
    response.status(201).json({
      id: job.id,
      validatedDeployRequestId: id,
      deployOptions: null,
      deployResult: deployResult(job, nameOf(userId), false),
    });
  }

  router.get(`${path}/:id`, (request, response) => {
    const job = jobOf(request, response);
    if (job === undefined) return;
    response.json({
      id: job.id,
      url: `${org.instanceUrl}/services/data/v${String(request.params.version)}/metadata/deployRequest/${job.id}`,
      deployResult: deployResult(job, nameOf(job.createdBy), request.query.includeDetails === "true"),
    });
  });

  router.patch(`${path}/:id`, json(), (request, response) => {
    const job = jobOf(request, response);
    if (job === undefined) return;
    deploys.cancel(job);
    response.status(202).json({ id: job.id, deployResult: deployResult(job, nameOf(job.createdBy), false) });
  });
  return router;
}
