import { json, Router, type ErrorRequestHandler, type Request, type Response } from "express";
import type { Context } from "../context.ts";
import { sendError, UiApiError } from "./errors.ts";
import { layoutOf } from "./layouts.ts";
import { listInfo, listRecords, listReference, listViews, type ListRequest } from "./lists.ts";
import { allPicklistValues, defaultRecordType, objectInfo, picklistValues } from "./objectInfo.ts";
import { fieldOf, objectOf } from "./fields.ts";
import { assertUnmodified, deleteRecord, objectById, readRecord, saveRecord } from "./records.ts";
import { relatedCount, relatedInfo, relatedRecords } from "./relatedLists.ts";
import { iconOf } from "./icons.ts";
import { isSupported } from "./supported.ts";

type Handler = (context: Context, request: Request, response: Response) => unknown;

/** The UI API below `/services/data/vXX.X/ui-api`. Each call runs as the user of the request's session. */
export function uiApiRouter(contextOf: (request: Request) => Context): Router {
  const router = Router();
  router.use(json({ limit: "50mb" }), unreadable);
  const on = (method: "get" | "post" | "patch" | "delete", path: string, handler: Handler, status = 200) =>
    router[method](path, (request: Request, response: Response) => {
      try {
        const answer = handler(contextOf(request), request, response);
        if (status === 204) response.status(204).end();
        else response.status(status).json(answer);
      } catch (error) {
        sendError(response, error);
      }
    });

  on("get", "/records/batch/:ids", (context, request) => {
    const results = text(request.params.ids)
      .split(",")
      .map((id) => {
        try {
          return { result: readRecord(context, id, fieldsOf(request)), statusCode: 200 };
        } catch (error) {
          const status = error instanceof UiApiError ? error.status : 400;
          const code = error instanceof UiApiError ? error.errorCode : "UNKNOWN_EXCEPTION";
          return {
            result: [{ errorCode: code, message: String((error as Error).message) }],
            statusCode: status,
          };
        }
      });
    return { hasErrors: results.some(({ statusCode }) => statusCode !== 200), results };
  });
  on("get", "/records/:id", (context, request) => {
    const asked = fieldsOf(request);
    if (!asked.fields.length && !asked.optionalFields.length && !asked.layoutTypes.length)
      throw new UiApiError(
        400,
        "ILLEGAL_QUERY_PARAMETER_VALUE",
        "At least one of fields, optionalFields or layoutTypes is required.",
      );
    return readRecord(context, text(request.params.id), asked);
  });
  on("post", "/records", (context, request) => saveRecord(context, saving(request)), 201);
  on("patch", "/records/:id", (context, request) => {
    const id = text(request.params.id);
    objectById(context, id);
    assertUnmodified(context, id, request.get("If-Unmodified-Since"));
    const { fields } = saving(request);
    delete fields.Id;
    return saveRecord(context, { id, fields });
  });
  on("delete", "/records/:id", (context, request) => deleteRecord(context, text(request.params.id)), 204);

  on("get", "/object-info/batch/:names", (context, request) => ({
    results: text(request.params.names)
      .split(",")
      .map((name) => ({ result: objectInfo(context, name), statusCode: 200 })),
  }));
  on("get", "/object-info", (context) => ({
    eTag: "",
    objects: Object.fromEntries(
      context.org.schema
        .objects()
        .filter(isSupported)
        .filter(({ name }) => context.org.access.object(context.caller.userId, name).read)
        .map(({ name, keyPrefix, label, labelPlural }) => [
          name,
          { apiName: name, keyPrefix, label, labelPlural, nameFields: ["Name"] },
        ]),
    ),
  }));
  on("get", "/object-info/:object", (context, request) => objectInfo(context, text(request.params.object)));
  on("get", "/object-info/:object/picklist-values/:recordType", (context, request) =>
    allPicklistValues(context, text(request.params.object), text(request.params.recordType)),
  );
  on("get", "/object-info/:object/picklist-values/:recordType/:field", (context, request) =>
    picklistValues(
      context,
      text(request.params.object),
      text(request.params.recordType),
      text(request.params.field),
    ),
  );

  on("get", "/layout/:object", (context, request) => {
    const object = objectOf(context, text(request.params.object));
    const { sections } = layoutOf(context, object);
    return {
      eTag: "",
      id: null,
      layoutType: "Full",
      mode: String(request.query.mode ?? "View"),
      objectApiName: object.name,
      recordTypeId: defaultRecordType(object),
      sections: sections.map(({ heading, columns }, i) => ({
        collapsible: true,
        columns: columns.length,
        heading: context.words.ui(heading),
        id: `section-${i}`,
        useHeading: true,
        rows: 0,
        layoutRows: rowsOf(columns).map((row) => ({
          layoutItems: row.map((item) => ({
            editableForNew: item ? !item.readOnly : false,
            editableForUpdate: item ? !item.readOnly : false,
            label: item ? labelOf(context, object.name, item.field) : "",
            layoutComponents: item
              ? [{ apiName: item.field, componentType: "Field", label: item.field }]
              : [],
            lookupIdApiName: null,
            required: item?.required ?? false,
            sortable: false,
          })),
        })),
      })),
    };
  });
  on("get", "/record-defaults/create/:object", (context, request) => {
    const object = objectOf(context, text(request.params.object));
    const info = objectInfo(context, object.name);
    const fields: Record<string, unknown> = {};
    for (const field of object.fields.values())
      if (field.createable && context.org.access.field(context.caller.userId, object.name, field.name).edit) {
        const preferred = field.picklist?.values.find((each) => each.default)?.value;
        const value =
          field.type === "boolean"
            ? field.defaultValue === true
            : (preferred ?? literalDefault(field.defaultValue));
        fields[field.name] = { displayValue: null, value };
      }
    if (object.fields.has("OwnerId"))
      fields.OwnerId = { displayValue: context.user.name, value: context.caller.userId };
    return {
      layout: null,
      objectInfos: { [object.name]: info },
      record: {
        apiName: object.name,
        childRelationships: {},
        fields,
        id: null,
        lastModifiedById: null,
        lastModifiedDate: null,
        recordTypeId: defaultRecordType(object),
        recordTypeInfo: null,
        systemModstamp: null,
      },
    };
  });

  on("get", "/list-info/:object", (context, request) => {
    const object = text(request.params.object);
    const lists = listViews(context, object).map((view) => ({
      apiName: view.apiName,
      id: null,
      label: view.label,
      listReference: listReference(object, view),
      listUiUrl: `${context.uiApi}/list-ui/${object}/${view.apiName}`,
      visibility: "Public",
    }));
    return {
      count: lists.length,
      currentPageToken: "0",
      lists,
      nextPageToken: null,
      objectApiName: object,
      pageSize: lists.length,
    };
  });
  on("get", "/list-info/:object/:view", (context, request) =>
    listInfo(context, text(request.params.object), text(request.params.view)),
  );
  on("get", "/list-records/:object/:view", (context, request) =>
    listRecords(context, text(request.params.object), text(request.params.view), listRequest(request)),
  );
  on("post", "/list-records/:object/:view", (context, request) => {
    const asked = { ...(request.body as Record<string, unknown> | undefined) };
    return listRecords(context, text(request.params.object), text(request.params.view), {
      fields: listed(asked["fields"]),
      optionalFields: listed(asked["optionalFields"]),
      pageSize: Number(asked["pageSize"] ?? 50),
      pageToken: asked["pageToken"] === undefined ? undefined : String(asked["pageToken"]),
      sortBy: listed(asked["sortBy"]),
    });
  });
  on("get", "/list-ui/:object/:view", (context, request) => {
    const [object, view] = [text(request.params.object), text(request.params.view)];
    return {
      info: listInfo(context, object, view),
      records: listRecords(context, object, view, listRequest(request)),
    };
  });

  on("get", "/related-list-records/:parent/:list", (context, request) =>
    relatedRecords(context, text(request.params.parent), text(request.params.list), listRequest(request)),
  );
  on("get", "/related-list-count/:parent/:list", (context, request) =>
    relatedCount(context, text(request.params.parent), text(request.params.list)),
  );
  on("get", "/related-list-info/:parent/:list", (context, request) =>
    relatedInfo(context, text(request.params.parent), text(request.params.list)),
  );

  on("get", "/themes/active", () => ({ active: true, primaryColor: "0176D3" }));
  on("get", "/object-icons/:object", (_context, request) => iconOf(text(request.params.object)));
  router.use((request, response) => {
    const message = `The local org does not have this resource of the UI API: ${request.method} ${request.originalUrl.split("?")[0]}. See CONFORMANCE.md for what it has.`;
    response.status(404).json([{ errorCode: "NOT_FOUND", message }]);
  });
  return router;
}

const unreadable: ErrorRequestHandler = (error: Error & { type?: string }, _request, response, _next) =>
  sendError(
    response,
    error.type === "entity.too.large"
      ? new UiApiError(
          413,
          "REQUEST_TOO_LARGE",
          "The request is larger than the 50 MB that the local org takes.",
        )
      : new UiApiError(400, "JSON_PARSER_ERROR", error.message),
  );

const text = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(",") : (value ?? "");

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function names(request: Request, parameter: string): string[] {
  const value = request.query[parameter];
  return String(value ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

function fieldsOf(request: Request) {
  return {
    fields: names(request, "fields"),
    optionalFields: names(request, "optionalFields"),
    layoutTypes: names(request, "layoutTypes"),
  };
}

function listRequest(request: Request): ListRequest {
  const { fields, optionalFields } = fieldsOf(request);
  return {
    fields,
    optionalFields,
    pageSize: Number(request.query.pageSize ?? 50),
    pageToken: request.query.pageToken === undefined ? undefined : String(request.query.pageToken),
    sortBy: names(request, "sortBy"),
  };
}

function saving(request: Request): { apiName: string; fields: Record<string, unknown> } {
  const body = request.body as { apiName?: unknown; fields?: unknown } | undefined;
  if (typeof body !== "object" || body === null || typeof body.fields !== "object" || body.fields === null)
    throw new UiApiError(400, "JSON_PARSER_ERROR", "The body must be a JSON object with the member fields.");
  return { apiName: String(body.apiName ?? ""), fields: { ...(body.fields as Record<string, unknown>) } };
}

function literalDefault(value: unknown): unknown {
  return typeof value === "string" && value.startsWith("=") ? null : (value ?? null);
}

function rowsOf<T>(columns: T[][]): (T | undefined)[][] {
  const length = Math.max(0, ...columns.map((column) => column.length));
  return Array.from({ length }, (_, row) => columns.map((column) => column[row]));
}

function labelOf({ org, words }: Context, object: string, name: string): string {
  const def = org.schema.object(object);
  const field = def ? fieldOf(def, name) : undefined;
  return words.field(object, name, field?.label ?? name);
}
