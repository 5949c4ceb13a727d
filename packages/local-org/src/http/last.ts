/** The last handler below /services. It answers "not found" in the form that the client expects. */
import type { RequestHandler } from "express";
import { missing } from "../data/missing.ts";

export const lastOfServices: RequestHandler = (request, response) => {
  const { httpStatus, errorCode, message } = missing(request.method, request.originalUrl.split("?")[0] ?? "");
  if (/^\/services\/Soap\//i.test(request.originalUrl)) {
    const safe = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    response
      .status(500)
      .type("text/xml")
      .send(
        `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault><faultcode>sf:UNSUPPORTED_API_VERSION</faultcode><faultstring>UNSUPPORTED_API_VERSION: ${safe}</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`,
      );
  } else if (request.originalUrl.startsWith("/services/oauth2"))
    response.status(httpStatus).json({ error: "unsupported_endpoint", error_description: message });
  else response.status(httpStatus).json([{ errorCode, message }]);
};
