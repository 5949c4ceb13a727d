// Mail to the provider's own inbox, both ways, posted by a mail service and answered over SMTP.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { folded, incomingMail } from "../../src/channels/mail-in.ts";
import { mailWire } from "../channels/wires/mail.ts";
import { until } from "../orgs/org-world.ts";
import { doorService, type DoorService } from "./service.ts";

jest.setTimeout(120_000);

let wire: Awaited<ReturnType<typeof mailWire>>;
let doors: DoorService;
const secret = "mail-secret";

beforeAll(async () => {
  wire = await mailWire();
  process.env["TEST_SMTP"] = wire.url;
  process.env["TEST_MAIL_SECRET"] = secret;
  doors = await doorService(
    {
      email: {
        server: { env: "TEST_SMTP" },
        from: "Soporte <soporte@consultora.example>",
        webhookSecret: { env: "TEST_MAIL_SECRET" },
      },
    },
    {
      plan: "Silver",
      contacts: [
        { FirstName: "Martina", LastName: "Ibarra", Email: "martina@austral.example" },
        { FirstName: "Tom", LastName: "Baker", Email: "tom@austral.example" },
      ],
    },
  );
});
afterAll(async () => {
  await doors?.close();
  await wire?.close();
});

let n = 0;
interface Mail {
  from?: string;
  subject?: string;
  text?: string;
  headers?: Record<string, string>;
  id?: string;
}
const mail = ({
  from = "martina@austral.example",
  subject = "No factura",
  text = "Da error.",
  headers = {},
  id = `<m${n++}@austral.example>`,
}: Mail) =>
  [
    ...[
      `From: Somebody <${from}>`,
      "To: soporte@consultora.example",
      `Subject: ${subject}`,
      `Message-ID: ${id}`,
    ],
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...["Date: Mon, 30 Nov 2026 10:00:00 -0300", "Content-Type: text/plain; charset=utf-8", "", text],
  ].join("\r\n");

async function post(raw: string, key = secret, sentAt = Date.now()): Promise<number> {
  const at = String(Math.floor(sentAt / 1000));
  const response = await fetch(`${doors.service.url}/email/webhooks`, {
    method: "POST",
    body: raw,
    headers: {
      "content-type": "message/rfc822",
      "x-compromiso-timestamp": at,
      "x-compromiso-signature": createHmac("sha256", key).update(`${at}.${raw}`).digest("hex"),
    },
  });
  return response.status;
}
const caseWith = (subject: string) => doors.rows("Case").find((row) => row["Subject"] === subject);
const answers = (to: string) => wire.mails.filter((one) => JSON.stringify(one.to).includes(to));

test("a mail opens a case, and 14. an answer finds it by our id, by a relay's id beside our tag, or not at all", async () => {
  expect(await post(mail({ subject: "No factura" }))).toBe(202);
  await until(() => caseWith("No factura")?.["SLA_Ack_Due_At__c"] != null, "the case");
  await until(() => answers("martina@").length === 1, "the answer");
  const [answer] = answers("martina@");
  expect(answer!.subject).toMatch(/^Re: No factura \[S-\d+\]$/);
  expect(answer!.headers.get("auto-submitted")).toBe("auto-generated");
  const record = caseWith("No factura")!;
  await post(
    mail({
      subject: "RE: No factura",
      text: "uno",
      headers: { References: `<a@email.amazonses.com> ${answer!.messageId}` },
    }),
  );
  const tag = /\[S-\d+\]/.exec(answer!.subject!)![0];
  await post(
    mail({
      subject: `RE: RV: No factura ${tag}`,
      text: "dos",
      headers: { "In-Reply-To": "<new@email.amazonses.com>" },
    }),
  );
  await until(() => doors.comments(record["Id"]).length === 2, "the comments");
  // a colleague of the same client may join, a stranger may not
  await post(mail({ from: "stranger@elsewhere.example", subject: `Re: ${tag}`, text: "tres" }));
  await until(() => answers("stranger@").length === 1, "the refusal");
  expect(answers("stranger@")[0]!.text).toMatch(/No reconocemos[\s\S]*We do not know/);
  expect(doors.comments(record["Id"])).toHaveLength(2);
});

test("11. a sender who is one of two contacts is asked who they are, opens nothing before, and answers by mail", async () => {
  for (const name of ["Uno", "Dos"])
    doors.contact({ FirstName: "Ana", LastName: name, Email: "ventas@austral.example" });
  const { db } = doors.service.store;
  await until(async () => {
    const rows = await db.selectFrom("senders").select("name").where("name", "like", "Ana%").execute();
    return rows.length === 2;
  }, "the contacts");
  await post(mail({ from: "ventas@austral.example", subject: "Sin stock", text: "No hay nada." }));
  await until(() => answers("ventas@").length === 1, "the question");
  const [question] = answers("ventas@");
  expect(question!.text).toMatch(/¿Quién sos\?[\s\S]*1\. Ana Dos\n2\. Ana Uno/);
  expect(caseWith("Sin stock")).toBeUndefined();
  const kept = await db
    .selectFrom("intakes")
    .select(["state", "why"])
    .where("sender", "=", "ventas@austral.example")
    .execute();
  expect(kept).toEqual([{ state: "refused", why: "several" }]);
  const headers = { "In-Reply-To": question!.messageId! };
  await post(
    mail({
      from: "ventas@austral.example",
      subject: `Re: ${question!.subject}`,
      text: "2\n\n> ¿Quién sos?",
      headers,
    }),
  );
  await until(() => caseWith("Sin stock")?.["SLA_Ack_Due_At__c"] != null, "the case");
  const contact = doors.rows("Contact").find((row) => row["LastName"] === "Uno")!;
  expect(caseWith("Sin stock")!["ContactId"]).toBe(contact["Id"]);
  await until(() => answers("ventas@").length === 2, "the promise");
});

test("15. automatic answers open nothing and are answered by nobody; on a known thread they are noted", async () => {
  const cases = doors.rows("Case").length;
  const mails = wire.mails.length;
  await post(mail({ subject: "x", headers: { "Auto-Submitted": "auto-replied (vacation)" } }));
  await post(mail({ subject: "Respuesta automática: No factura" }));
  await post(mail({ subject: "y", headers: { Precedence: "bulk" } }));
  const tag = /\[S-\d+\]/.exec(answers("martina@")[0]!.subject!)![0];
  const record = caseWith("No factura")!;
  await post(
    mail({
      subject: `Re: ${tag}`,
      text: "Estoy de vacaciones",
      headers: { "Auto-Submitted": "auto-replied" },
    }),
  );
  await until(() => doors.comments(record["Id"]).length === 3, "the note");
  expect(doors.comments(record["Id"])[2]).toMatch(/^Respuesta automática de Martina Ibarra/);
  expect(doors.rows("Case")).toHaveLength(cases);
  expect(wire.mails).toHaveLength(mails);
  // Exchange puts this one on people's mails too
  await post(
    mail({ from: "tom@austral.example", subject: "Stock", headers: { "X-Auto-Response-Suppress": "All" } }),
  );
  await until(() => caseWith("Stock") !== undefined, "the case");
});

test("a forged or replayed signature is refused, the same mail again does nothing, and one id with another text is another mail", async () => {
  expect(await post(mail({}), "another")).toBe(401);
  // somebody who recorded a request can send it again for five minutes, and then its key tells it
  expect(await post(mail({}), secret, Date.now() - 6 * 60_000)).toBe(401);
  const raw = mail({ subject: "Remito", id: "<same@austral.example>" });
  for (const _ of [1, 2, 3]) expect(await post(raw)).toBe(202);
  await post(mail({ subject: "Otro asunto", text: "otra cosa", id: "<same@austral.example>" }));
  await until(() => caseWith("Remito") !== undefined && caseWith("Otro asunto") !== undefined, "both");
  expect(doors.rows("Case").filter((row) => row["Subject"] === "Remito")).toHaveLength(1);
});

test("an attachment is put on the case once, and the store lets go of it", async () => {
  const raw = [
    ...["From: M <martina@austral.example>", "Subject: Captura", "Message-ID: <file@austral.example>"],
    ...[
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/plain",
      "",
      "Adjunto.",
      "--b",
    ],
    ...["Content-Type: image/png", 'Content-Disposition: attachment; filename="captura.png"'],
    ...["Content-Transfer-Encoding: base64", "", Buffer.from("a picture").toString("base64"), "--b--", ""],
  ].join("\r\n");
  for (const _ of [1, 2]) expect(await post(raw)).toBe(202);
  await until(() => doors.rows("ContentVersion").some((row) => row["Title"] === "captura.png"), "the file");
  const { db } = doors.service.store;
  const message = async () =>
    (
      await db
        .selectFrom("intakes")
        .select("message")
        .where("key", "like", "email:<file@%")
        .executeTakeFirstOrThrow()
    ).message;
  await until(async () => !(await message()).includes("base64"), "the store's copy to go");
  expect(doors.rows("ContentVersion").filter((row) => row["Title"] === "captura.png")).toHaveLength(1);
});

test("18. a logo that comes with every mail of its author is put on one case, once", async () => {
  const raw = (n: number, more: string) =>
    [
      ...["From: M <tom@austral.example>", `Subject: Firma ${n}`, `Message-ID: <logo${n}@austral.example>`],
      ...['Content-Type: multipart/related; boundary="b"', "", "--b"],
      ...[
        "Content-Type: text/html; charset=utf-8",
        "",
        `<p>${more}</p><img src="cid:image001.png@1">`,
        "--b",
      ],
      ...[`Content-Type: image/png; name="image00${n}.png"`, "Content-ID: <image001.png@1>"],
      ...['Content-Disposition: inline; filename="image001.png"', "Content-Transfer-Encoding: base64", ""],
      ...[Buffer.from("a logo").toString("base64"), "--b"],
      ...["Content-Type: text/plain", 'Content-Disposition: attachment; filename="error.txt"', ""],
      ...[`ORA-00600 ${n}`, "--b--", ""],
    ].join("\r\n");
  for (const n of [1, 2]) expect(await post(raw(n, "No anda"))).toBe(202);
  const titles = () => doors.rows("ContentVersion").map((row) => String(row["Title"]));
  await until(() => titles().filter((title) => title === "error.txt").length === 2, "the attachments");
  const { db } = doors.service.store;
  await until(async () => {
    const rows = await db.selectFrom("outbox").select("state").where("kind", "=", "intake.file").execute();
    return rows.every(({ state }) => state === "delivered");
  }, "all files");
  expect(titles().filter((title) => title.startsWith("image00"))).toHaveLength(1);
});

test("18. a mail in windows-1252 that calls itself iso-8859-1 keeps its quotes, dashes and euros", async () => {
  const head = [
    ...["From: M <martina@austral.example>", "Subject: =?iso-8859-1?Q?=93Facturaci=F3n=94_=96_=80?="],
    ...["Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: 8bit", "", ""],
  ].join("\r\n");
  const body = Buffer.from([0x93, 0xf1, 0x94, 0x20, 0x96, 0x20, 0x80, 0x35, 0x85]);
  const [message] = await incomingMail(Buffer.concat([Buffer.from(head), body]), 0, "soporte@x.example");
  expect(message).toMatchObject({ subject: "“Facturación” – €", text: "“ñ” – €5…" });
});

test("a sender whom the inbox's server finds forged opens nothing, whatever results the mail brought along", async () => {
  const server = "mx.consultora.example";
  const read = async (...results: string[]) => {
    const headers = results.map((result) => `Authentication-Results: ${result}`);
    const raw = [...headers, mail({ subject: "x" })].join("\r\n");
    const [one] = await incomingMail(Buffer.from(raw), 0, "soporte@consultora.example");
    return (one as { automatic?: string }).automatic;
  };
  expect(await read(`${server}; dmarc=fail`, `${server}; dmarc=pass`)).toBe("forged");
  expect(await read(`${server}; spf=pass`, `${server}; dkim=none; DMARC = fail (p=none)`)).toBe("forged");
  // planted by the author or by a list on the way
  expect(await read(`${server}; dmarc=pass`, "mx.list.example; dmarc=fail")).toBeUndefined();
  expect(await read(`${server}; dmarc=pass (was dmarc=fail) header.from="dmarc=fail"`)).toBeUndefined();
  expect(await read()).toBeUndefined();
});

const bounce = (action: string, status: string) =>
  [
    ...["From: MAILER-DAEMON@relay.example", "To: soporte@consultora.example", "Subject: Undelivered"],
    ...[
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      "",
      "--b",
      "Content-Type: text/plain",
      "",
    ],
    ...[
      "It did not arrive.",
      "--b",
      "Content-Type: message/delivery-status",
      "",
      "Reporting-MTA: dns; relay.example",
      "",
    ],
    ...[`Final-Recipient: rfc822; x@y.example`, `Action: ${action}`, `Status: ${status}`, "--b"],
    ...["Content-Type: text/rfc822-headers", "", "Message-ID: <ours@consultora.example>", "", "--b--", ""],
  ].join("\r\n");

test("16. a bounce names the mail that did not arrive; a notice of delay is no bounce; both open no case", async () => {
  const read = (raw: string) => incomingMail(Buffer.from(raw), 0, "soporte@consultora.example");
  expect(await read(bounce("failed", "5.1.1"))).toMatchObject([
    { is: "status", status: "failed", messageId: "<ours@consultora.example>", reason: "5.1.1" },
  ]);
  expect(await read(bounce("delayed", "4.4.1"))).toEqual([]);
});

test("18. what a client wrote is kept whole: the quote goes below a line, and nothing is cut", () => {
  for (const quote of [
    "El lun, 30 nov 2026 a las 10:00, Soporte (<soporte@x.example>) escribió:\n> Hola",
    "-----Mensaje original-----\nDe: Soporte",
    "*De:* Soporte\n*Enviado:* lunes\n*Para:* Martina\n*Asunto:* x",
    "De: Soporte <s@x>\nEnviado el: lunes\nPara: M\nAsunto: x",
  ]) {
    const text = `Sigue igual.\n\n${quote}`;
    expect(folded(text)).toBe(`Sigue igual.\n\n⋯ ⋯ ⋯\n${quote}`);
  }
  const log = "Antes\n--------\n2026-11-30 ERROR\n--------\nDespués\n-- 5 -- 6";
  expect(folded(log)).toBe(log);
});
