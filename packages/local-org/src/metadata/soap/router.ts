/** `POST /services/Soap/m/XX.0` */
import { Router, text } from "express";
import { fault, readEnvelope, response, SoapFault } from "./envelope.ts";
import { operations } from "./operations.ts";
import type { DeployQueue } from "../deploy/jobs.ts";
import type { RetrieveQueue } from "../retrieve/jobs.ts";
import type { Org } from "../../org/types.ts";

export function mayDeploy(org: Org, userId: string): boolean {
  return ["ModifyAllData", "ModifyMetadata", "CustomizeApplication"].some((name) =>
    org.access.userPermission(userId, name),
  );
}

export function soapRouter(org: Org, deploys: DeployQueue, retrieves: RetrieveQueue): Router {
  const router = Router();
  router.post(
    "/services/Soap/m/:version{/:orgId}",
    text({ type: () => true, limit: "200mb" }),
    async (request, response_) => {
      response_.type("text/xml");
      try {
        const call = readEnvelope(String(request.body));
        const session = call.sessionId === undefined ? undefined : org.sessions.find(call.sessionId);
        if (session === undefined)
          throw new SoapFault(
            "INVALID_SESSION_ID",
            "Invalid Session ID found in SessionHeader: Illegal Session",
          );
        if (!mayDeploy(org, session.userId))
          throw new SoapFault(
            "INSUFFICIENT_ACCESS",
            "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions",
          );
        const operation = operations[call.operation];
        if (operation === undefined)
          throw new SoapFault(
            "UNKNOWN_EXCEPTION",
            `No operation available for request {http://soap.sforce.com/2006/04/metadata}${call.operation}`,
          );
        const version = Number(request.params.version);
        const result = await operation({
          org,
          deploys,
          retrieves,
          body: call.body,
          source: call.source,
          version,
          userId: session.userId,
        });
        response_.send(response(call.operation, result));
      } catch (error) {
        const known =
          error instanceof SoapFault ? error : new SoapFault("UNKNOWN_EXCEPTION", (error as Error).message);
        response_.status(500).send(fault(known));
      }
    },
  );
  return router;
}
