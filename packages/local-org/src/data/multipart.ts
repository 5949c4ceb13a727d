/** A record with bytes, sent as multipart: one part of JSON with the fields, and one part with the bytes of a field. */
import busboy from "busboy";
import type { NextFunction, Request, Response } from "express";
import { ApiError } from "../org/errors.ts";
import { fromError } from "./answer.ts";

const record = /^\/services\/data\/v\d+\.\d\/sobjects\/[^/]+(?:\/[^/]+)?\/?$/;

/** Turns the parts into the body that a call of JSON would have, with the bytes in base64. */
export async function readMultipart(request: Request, response: Response, next: NextFunction): Promise<void> {
  if (!/^multipart\/form-data/i.test(request.header("Content-Type") ?? "")) return next();
  try {
    if (!record.test(request.originalUrl.split("?")[0]!))
      throw new ApiError(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "The local org takes multipart requests for single records only. See CONFORMANCE.md for what it has.",
      );
    request.body = await parts(request);
    next();
  } catch (error) {
    const { status, body } = fromError(error);
    response.status(status).json(body);
  }
}

function parts(request: Request): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const refuse = (message: string): void => reject(new ApiError(400, "INVALID_MULTIPART_REQUEST", message));
    let fields: Record<string, unknown> | undefined;
    const bytes: Record<string, string> = {};
    const readFields = (text: string): void => {
      try {
        fields = JSON.parse(text) as Record<string, unknown>;
      } catch {
        refuse("The part with the record's fields is not JSON");
      }
    };
    const parser = busboy({ headers: request.headers, limits: { fieldSize: 10_000_000 } });
    parser.on("field", (_name, value) => readFields(value));
    parser.on("file", (name, stream, info) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const content = Buffer.concat(chunks);
        // the fields come first, so JSON after them is the content of a file
        if (info.mimeType === "application/json" && fields === undefined)
          readFields(content.toString("utf8"));
        else bytes[name] = content.toString("base64");
      });
    });
    parser.on("close", () => {
      if (fields === undefined) refuse("The request has no part with the record's fields");
      else resolve({ ...fields, ...bytes });
    });
    parser.on("error", (error) => refuse(error.message));
    request.pipe(parser);
  });
}
