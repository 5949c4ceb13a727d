// WhatsApp Cloud API's wire: messages of a template, with the checks it makes and its errors.
import { serve, type Answer } from "./serve.ts";

interface TemplateMessage {
  messaging_product: string;
  to: string;
  type: string;
  template: {
    name: string;
    language: { code: string };
    components: { type: string; parameters: { type: string; text: string }[] }[];
  };
}

const refusal = (status: number, code: number, message: string): Answer => ({
  status,
  body: { error: { message: `(#${code}) ${message}`, type: "OAuthException", code, fbtrace_id: "x" } },
});

export async function whatsAppWire() {
  const messages: TemplateMessage[] = [];
  const fails: Answer[] = [];
  const wire = await serve(({ path, headers, body }): Answer => {
    if (path !== "/v23.0/106540352242922/messages") return refusal(404, 100, "Unsupported post request.");
    if (headers.authorization !== "Bearer wa-token") return refusal(401, 190, "Invalid OAuth access token");
    const fail = fails.shift();
    if (fail !== undefined) return fail;
    const message = JSON.parse(body) as TemplateMessage;
    const parameters = message.template.components[0]!.parameters;
    if (message.template.name !== "sla_step")
      return refusal(404, 132001, "Template name does not exist in the translation");
    if (parameters.length !== 6) return refusal(400, 132000, "Number of parameters does not match");
    if (parameters.some(({ text }) => text === "" || /[\n\t]| {5,}/.test(text)))
      return refusal(400, 132018, "Template parameter format mismatch");
    if (!/^\d{7,15}$/.test(message.to)) return refusal(400, 131009, "Parameter value is not valid");
    messages.push(message);
    return {
      body: {
        messaging_product: "whatsapp",
        contacts: [{ input: message.to, wa_id: message.to }],
        messages: [{ id: "wamid.1" }],
      },
    };
  });
  return { ...wire, apiUrl: `${wire.url}/v23.0/`, messages, fails };
}

export const rateLimited: Answer = refusal(400, 130429, "Rate limit hit");
