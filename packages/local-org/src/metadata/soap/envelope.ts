/** SOAP 1.1 as the Metadata API speaks it: requests in, responses and faults out. */
import {
  at,
  child,
  localName,
  parseXml,
  writeXml,
  escapeXml,
  type XmlElement,
  type XmlValue,
} from "../xml/parse.ts";

export interface SoapRequest {
  operation: string;
  body: XmlElement;
  /** The text that the body's offsets point into. */
  source: string;
  sessionId: string | undefined;
  client: string | undefined;
}

export function readEnvelope(source: string): SoapRequest {
  const root = parseXml(source);
  const body = child(root, "Body")?.children[0];
  if (localName(root) !== "Envelope" || body === undefined)
    throw new Error("No operation available for request");
  return {
    operation: localName(body),
    body,
    source,
    sessionId: at(root, "Header", "SessionHeader", "sessionId")?.text.trim(),
    client: at(root, "Header", "CallOptions", "client")?.text.trim(),
  };
}

const open =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>';
const close = "</soapenv:Body></soapenv:Envelope>";

/** A result that is written already: components as they were deployed. */
export class RawXml {
  readonly xml: string;
  constructor(xml: string) {
    this.xml = xml;
  }
}

export const response = (operation: string, result: XmlValue | RawXml): string =>
  `${open}<${operation}Response>${result instanceof RawXml ? result.xml : writeXml("result", result)}</${operation}Response>${close}`;

export class SoapFault extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const fault = ({ code, message }: SoapFault): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="http://soap.sforce.com/2006/04/metadata"><soapenv:Body><soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${escapeXml(`${code}: ${message}`)}</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`;
