// WhatsApp, from a client's message to a consultant's answer, against a real local org and the provider's wire.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { sql } from "kysely";
import { until } from "../orgs/org-world.ts";
import { doorService, type DoorService } from "./service.ts";
import { appSecret, change, chatWire, envelope, phoneId, signed, textMessage, verifyToken } from "./wires.ts";

jest.setTimeout(120_000);

let wire: Awaited<ReturnType<typeof chatWire>>;
let doors: DoorService;
const martina = { number: "5491123456789" };

beforeAll(async () => {
  wire = await chatWire();
  process.env["TEST_WA_TOKEN"] = "wa-token";
  process.env["TEST_WA_APP"] = appSecret;
  process.env["TEST_WA_VERIFY"] = verifyToken;
  doors = await doorService(
    {
      whatsApp: {
        token: { env: "TEST_WA_TOKEN" },
        appSecret: { env: "TEST_WA_APP" },
        verifyToken: { env: "TEST_WA_VERIFY" },
        phoneNumberId: phoneId,
        template: "sla_step",
        talkTemplate: "answer_later",
        apiUrl: wire.apiUrl,
      },
    },
    {
      contacts: [
        { FirstName: "Martina", LastName: "Ibarra", MobilePhone: "011 15-2345-6789" },
        { FirstName: "Tom", LastName: "Baker", MobilePhone: "+54 11 4444-1111" },
        { FirstName: "Ana", LastName: "Uno", MobilePhone: "+54 11 4444-2222" },
        { FirstName: "Ana", LastName: "Dos", Phone: "011 4444-2222" },
      ],
    },
  );
});
afterAll(async () => {
  await doors?.close();
  await wire?.close();
});

const knock = (request: { method: string; body?: string; headers?: Record<string, string> }, path = "") =>
  fetch(`${doors.service.url}/whatsapp/webhooks${path}`, request);
const post = (body: object) => knock(signed(body));
const write = async (from: { number?: string; id?: string }, body: string, more = {}) => {
  const message = textMessage(from, body, more);
  const response = await post(envelope([change([from], [message])]));
  expect(response.status).toBe(200);
  return `whatsapp:${phoneId}:${message.id}`;
};
const said = (text: string | RegExp) =>
  wire.sent.filter((m) => (m.text?.body ?? m.interactive?.body.text ?? "").match(text) !== null);

test("a message opens a case with its contact, channel and deadline, and its author reads the promise", async () => {
  const at = Date.now();
  const key = await write(martina, "No podemos facturar\nDesde las 9 da error.");
  await until(() => doors.caseOf(key)?.["SLA_Ack_Due_At__c"] != null, "the deadline");
  const record = doors.caseOf(key)!;
  expect(record).toMatchObject({
    Subject: "No podemos facturar",
    Description: "No podemos facturar\r\nDesde las 9 da error.",
    Support_Channel__c: "WhatsApp",
    Support_Contract__c: doors.org.contractId,
    CreatedById: doors.org.id("sync"),
  });
  const contact = doors.rows("Contact").find((row) => row["LastName"] === "Ibarra")!;
  expect(record["ContactId"]).toBe(contact["Id"]);
  expect(Math.floor(Number(record["SLA_Started_At__c"]) / 1000)).toBe(Math.floor(at / 1000));
  await until(() => said(/abrimos el caso 0/).length > 0, "the answer");
  // each priority with its promise is a tap away
  const [answer] = said(/abrimos el caso 0/);
  expect(answer).toMatchObject({ to: "5491123456789", type: "interactive" });
  expect(answer!.interactive!.action.sections[0]!.rows.map(({ id }) => id)).toEqual(
    ["P1", "P2", "P3", "P4"].map((code) => `priority:${code}`),
  );
});

test("the next message is a public comment, a consultant's answer comes back, and the chat hears who took it and its end", async () => {
  const key = doors.rows("Case").at(-1)!["Support_Intake_Key__c"] as string;
  const id = String(doors.caseOf(key)!["Id"]);
  await write(martina, "Ahora también falla el remito");
  await until(() => doors.comments(id).some((body) => body.includes("remito")), "the comment");
  expect(doors.comments(id)[0]).toMatch(
    /^Martina Ibarra escribió \(WhatsApp, .*\) \[#[0-9a-f]{12}\]\r\n\r\nAhora también/,
  );

  doors.org.as("camila", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: id, CommentBody: "Lo estamos mirando.", IsPublished: true },
  });
  await until(() => said(/^Camila Rossi: Lo estamos mirando/).length === 1, "the consultant's answer");
  await until(() => said(/Camila Rossi tomó el caso/).length === 1, "the acknowledgement");
  doors.org.change("camila", id, { Status: "Closed" });
  await until(() => said(/Cerramos el caso/).length === 1, "the closing");
  // the comments of the service's own user are not said again
  expect(said(/remito/)).toEqual([]);
});

test("a message after the closing opens the case again, with a new cycle", async () => {
  const record = () => doors.rows("Case").find((row) => row["Subject"] === "No podemos facturar")!;
  await write(martina, "Volvió a pasar");
  await until(() => record()["Status"] === "New" && record()["SLA_Cycle__c"] === 2, "the second cycle");
  await until(() => said(/Reabrimos el caso/).length === 1, "the answer");
  expect(doors.rows("Case")).toHaveLength(1);
});

test("8. a batch of two entries and two numbers is taken whole, each message once", async () => {
  const { db } = doors.service.store;
  const count = async () =>
    (await db.selectFrom("intakes").select("key").where("key", "like", "%batch%").execute()).length;
  const one = (n: number) => textMessage({ number: `54911000000${n}` }, "hola", { id: `wamid.batch${n}` });
  const status = (id: string) => ({ id, status: "sent", timestamp: "1790000000", recipient_id: "1" });
  const body = envelope(
    [
      change([{ number: "549110000001" }], [one(1), one(2)]),
      change([], [], [status("wamid.s1"), status("wamid.s2")]),
    ],
    [change([{ number: "549110000003" }], [one(3), one(4)], [], "206540352242922")],
  );
  for (const _ of [1, 2]) expect((await post(body)).status).toBe(200);
  expect(await count()).toBe(4);
  expect(await db.selectFrom("said").select("status").execute()).toHaveLength(2);
});

test("8. a batch that the store cannot keep whole is not answered with 200, and comes again whole", async () => {
  const { db } = doors.service.store;
  const one = (n: number) => textMessage({ number: `54911000001${n}` }, "hola", { id: `wamid.half${n}` });
  const body = envelope([change([], [one(1), one(2), one(3)])]);
  const keys = async () =>
    (await db.selectFrom("intakes").select("key").where("key", "like", "%half%").execute()).length;
  await sql`create trigger full before insert on intakes when new.key like '%half2' begin select raise(abort, 'disk full'); end`.execute(
    db,
  );
  expect((await post(body)).status).toBe(503);
  expect(await keys()).toBe(0);
  await sql`drop trigger full`.execute(db);
  for (const _ of [1, 2]) expect((await post(body)).status).toBe(200);
  expect(await keys()).toBe(3);
});

test("10. a person without a number is known by WhatsApp's own id, once one message had both", async () => {
  const id = "AR.1502576394655843";
  const cases = doors.rows("Case").length;
  await write({ ...martina, id }, "sigo con el número");
  await write({ id }, "y ahora sin el número");
  const record = () => doors.rows("Case").find((row) => row["Subject"] === "No podemos facturar")!;
  await until(
    () => doors.comments(record()["Id"]).some((body) => body.includes("sin el número")),
    "the comment",
  );
  expect(doors.rows("Case")).toHaveLength(cases);
  doors.org.as("camila", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: String(record()["Id"]), CommentBody: "Te leo.", IsPublished: true },
  });
  await until(() => said(/Te leo/).length === 1, "the answer");
  expect(said(/Te leo/)[0]).toMatchObject({ recipient: id });
  expect(said(/Te leo/)[0]!.to).toBeUndefined();
});

const theCase = () => doors.rows("Case").find((row) => row["Subject"] === "No podemos facturar")!;
const comment = (text: string) =>
  doors.org.as("camila", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: String(theCase()["Id"]), CommentBody: text, IsPublished: true },
  });
const asking = () => wire.sent.filter((m) => m.template?.name === "answer_later");
const keyOf = (text: string) => said(text)[0]!.biz_opaque_callback_data;
const status = (key: string, one: string, more: object = {}, id = `wamid.${key.slice(-12)}`) =>
  post(
    envelope([
      change(
        [],
        [],
        [
          {
            id,
            status: one,
            timestamp: String(Math.floor(Date.now() / 1000)),
            biz_opaque_callback_data: key,
            ...more,
          },
        ],
      ),
    ]),
  );

test("the case's timeline says that an answer was delivered, then read, whatever order the chat tells it in", async () => {
  const [id] = comment("Mirá ahora.");
  await until(() => said(/Mirá ahora/).length === 1, "the answer");
  const key = keyOf("Mirá ahora");
  for (const one of ["read", "delivered", "sent"]) expect((await status(key, one)).status).toBe(200);
  const told = () =>
    (JSON.parse(String(theCase()["SLA_Explanation__c"])) as { told?: { step: string; state: string }[] })
      .told ?? [];
  await until(() => told().some(({ step }) => step.startsWith("comment/")), "the timeline");
  expect(told()).toContainEqual(
    expect.objectContaining({ step: `comment/${id}`, by: "whatsapp", state: "read" }),
  );
});

test("11. a number that the API does not know is tried in its other spelling, with and without the mobile digit", async () => {
  for (const [given, other] of [
    ["5491123456789", "541123456789"],
    ["5215512345678", "525512345678"],
    ["551187654321", "5511987654321"],
  ] as const) {
    if (given !== martina.number)
      doors.contact({
        LastName: `N${given}`,
        MobilePhone: given.startsWith("52") ? "+52 55 1234 5678" : "+55 11 98765-4321",
      });
    wire.listed.add(other);
    await until(async () => {
      if (given === martina.number) return true;
      const rows = await doors.service.store.db.selectFrom("senders").select("name").execute();
      return rows.some(({ name }) => name === `N${given}`);
    }, "the contact");
    await write({ number: given }, `hola de ${given}`);
    if (given === martina.number) comment("en otra forma");
    await until(() => wire.sent.some((m) => m.to === other), "the answer in the other spelling");
  }
  wire.listed.clear();
});

test("12. after 24 hours the approved template asks for a message, once; the answers wait for it, and the case says so", async () => {
  const { db } = doors.service.store;
  await db
    .updateTable("conversations")
    .set({ heard_at: Date.now() - 25 * 3_600_000 })
    .where("case_id", "=", String(theCase()["Id"]))
    .execute();
  comment("Ya está resuelto.");
  comment("Avisanos.");
  const notes = () =>
    doors.comments(theCase()["Id"]).filter((body) => body.includes("todavía no se entregó"));
  await until(() => notes().length === 2, "the notes");
  expect(asking()).toHaveLength(1);
  expect(asking()[0]!.template!.components[0]!.parameters[0]!.text).toBe(theCase()["CaseNumber"]);
  expect(said(/Ya está resuelto/)).toEqual([]);
  await write(martina, "Acá estoy");
  await until(() => said(/Avisanos/).length === 1, "the answers");
  const order = wire.sent.flatMap((m) => /Ya está resuelto|Avisanos/.exec(m.text?.body ?? "")?.[0] ?? []);
  expect(order).toEqual(["Ya está resuelto", "Avisanos"]);

  // the provider takes one, and says later that the chat was shut
  const failed = { errors: [{ code: 131047, title: "Re-engagement message" }] };
  for (const _ of [1, 2]) await status(keyOf("Avisanos"), "failed", failed, "wamid.late");
  await until(() => notes().length === 2 && asking().length === 2, "the template");
  await write(martina, "Sigo acá");
  await until(() => said(/Avisanos/).length === 2, "the answer again");
});

test("a template that was edited at Meta costs no answer: it waits with the reason, and goes out when the client writes", async () => {
  const { db } = doors.service.store;
  await db
    .updateTable("conversations")
    .set({ heard_at: Date.now() - 25 * 3_600_000 })
    .where("case_id", "=", String(theCase()["Id"]))
    .execute();
  const error = {
    code: 132000,
    message: "Number of parameters does not match the expected number of params",
  };
  wire.fails.push({ status: 400, body: { error } });
  const [gone] = [comment("Esto lo borro"), comment("Sigue en pie")];
  const held = () =>
    db.selectFrom("outbox").select(["key", "last_error"]).where("state", "=", "held").orderBy("id").execute();
  await until(async () => (await held()).length === 2, "both to wait");
  expect((await held()).map(({ last_error: why }) => why).join()).toMatch(/template .* refused: .*132000/);
  // a comment that is deleted before it is said is said no more
  doors.org.as("camila", { op: "delete", object: "CaseComment", id: gone[0]! });
  await until(async () => (await held()).length === 1, "the deleted one to go");
  await write(martina, "Hola de nuevo");
  await until(() => said(/Sigue en pie/).length === 1, "the answer");
  expect(said(/Esto lo borro/)).toEqual([]);
});

test("a message of ours that fails for another reason is noted on its case, once", async () => {
  comment("No te va a llegar");
  await until(() => said(/No te va a llegar/).length === 1, "the answer");
  const failed = { errors: [{ code: 131026, title: "Message undeliverable" }] };
  for (const _ of [1, 2]) await status(keyOf("No te va a llegar"), "failed", failed, "wamid.never");
  const notes = () => doors.comments(theCase()["Id"]).filter((body) => body.includes("131026"));
  await until(() => notes().length > 0, "the note");
  expect(notes()).toHaveLength(1);
});

test("13. a photo is fetched at once and checked, by a new address where the first is gone; after seven days the case says so", async () => {
  const { createHash } = await import("node:crypto");
  const bytes = "x".repeat(16 * 1024 * 1024 - 1024);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  wire.media.set("mPHOTO", { bytes, sha256 });
  wire.media.set("mHUGE", { bytes: "x".repeat(26 * 1024 * 1024), sha256: "" });
  wire.media.set("mOLD", { bytes: "", sha256: "", gone: true });
  wire.lost.add("0");
  const image = (id: string, caption: string) =>
    write(martina, "", {
      type: "image",
      text: undefined,
      image: { id, mime_type: "image/jpeg", sha256, caption },
    });
  await image("mPHOTO", "la pantalla");
  await image("mOLD", "la de la semana pasada");
  await image("mHUGE", "enorme");
  const body = (text: string) => doors.comments(theCase()["Id"]).some((one) => one.includes(text));
  await until(
    () => body("la pantalla") && body("WhatsApp lo guarda siete días") && body("es demasiado grande"),
    "the captions and the note",
  );
  await until(() => doors.rows("ContentVersion").length === 1, "the photo");
  expect(doors.rows("ContentVersion")[0]).toMatchObject({ ContentSize: bytes.length });
});

test("a message without text is named on the case: a contact card, a location, a new kind; a reaction is ignored", async () => {
  const before = doors.comments(theCase()["Id"]).length;
  await write(martina, "", { type: "reaction", text: undefined, reaction: { emoji: "👍" } });
  await write(martina, "", { type: "contacts", text: undefined, contacts: [{}] });
  await write(martina, "", {
    type: "location",
    text: undefined,
    location: { latitude: -34.6, longitude: -58.4 },
  });
  await write(martina, "", { type: "something_new", text: undefined });
  const added = () => doors.comments(theCase()["Id"]).slice(before);
  await until(() => added().length === 3, "the comments");
  expect(added().map((one) => one.split("\r\n\r\n")[1])).toEqual([
    "[WhatsApp: contacts]",
    "https://maps.google.com/?q=-34.6,-58.4",
    "[WhatsApp: something_new]",
  ]);
  await write(martina, "日本語 العربية 🙂 ñandú");
  await until(() => added().some((one) => one.endsWith("日本語 العربية 🙂 ñandú")), "other scripts");
});

test("a case merged into another goes on there; one that was deleted is followed by a new case", async () => {
  const [merged, master] = [
    String(theCase()["Id"]),
    doors.org.open("martina", {
      Subject: "La que queda",
      Support_Contract__c: doors.org.contractId,
    }),
  ];
  doors.org.as("admin", { op: "merge", object: "Case", masterId: master, loserIds: [merged] });
  await write(martina, "¿y el merge?");
  await until(
    () => doors.comments(master).some((body) => body.includes("¿y el merge?")),
    "the comment there",
  );
  doors.org.as("admin", { op: "delete", object: "Case", id: master });
  const key = await write(martina, "después del borrado");
  await until(() => doors.caseOf(key)?.["SLA_Ack_Due_At__c"] != null, "the new case");
  expect(doors.caseOf(key)).toMatchObject({ Subject: "después del borrado" });
});

test("200 messages in a second, and each again, are 200 cases; the provider's retries for an hour change nothing", async () => {
  const from = Array.from({ length: 200 }, (_, n) => ({ number: `5491130${String(100_000 + n)}` }));
  for (const [n, { number }] of from.entries())
    doors.contact({ LastName: `B${n}`, MobilePhone: `+${number}` });
  const { db } = doors.service.store;
  await until(async () => {
    const rows = await db.selectFrom("senders").select("name").where("name", "like", "B%").execute();
    return rows.length === 200;
  }, "the contacts");
  const bodies = from.map((one, n) => envelope([change([one], [textMessage(one, `carga ${n}`)])]));
  const answers = await Promise.all([...bodies, ...bodies].map(async (body) => (await post(body)).status));
  expect(new Set(answers)).toEqual(new Set([200]));
  const opened = () => doors.rows("Case").filter((row) => String(row["Subject"]).startsWith("carga "));
  await until(() => opened().length >= 200, "the cases");
  for (const body of bodies.slice(0, 20)) expect((await post(body)).status).toBe(200);
  expect(opened()).toHaveLength(200);
});

test("nobody's number and one of two contacts are answered in words, and open nothing", async () => {
  const before = doors.rows("Case").length;
  await write({ number: "5491100000000" }, "Hola");
  await write({ number: "541144442222" }, "Hola");
  await until(() => wire.sent.some((m) => m.to === "541144442222"), "the answer");
  await until(() => wire.sent.some((m) => m.to === "5491100000000"), "the answer");
  const asked = wire.sent.find((m) => m.to === "541144442222")!.interactive!;
  expect(asked.body.text).toMatch(/más de un contacto/);
  expect(wire.sent.find((m) => m.to === "5491100000000")!.text!.body).toMatch(/No reconocemos/);
  expect(doors.rows("Case")).toHaveLength(before);
  const refused = await doors.service.store.db
    .selectFrom("intakes")
    .selectAll()
    .where("state", "=", "refused")
    .execute();
  expect(new Set(refused.map(({ why }) => why))).toEqual(new Set(["several", "unknown"]));
  // 11. who chooses a name opens the case that was asked for
  const [row] = asked.action.sections[0]!.rows;
  const key = refused.find(({ why }) => why === "several")!.key;
  const from = { number: "541144442222" };
  const reply = { type: "list_reply", list_reply: { id: row!.id, title: row!.title } };
  await write(from, "", { type: "interactive", text: undefined, interactive: reply });
  await until(() => doors.caseOf(key)?.["SLA_Ack_Due_At__c"] != null, "the case");
  const chosen = doors.rows("Contact").find((one) => one["Id"] === doors.caseOf(key)!["ContactId"])!;
  expect(`Ana ${chosen["LastName"]}`).toBe(row!.title);
});

test("Meta's first question is answered with its words only for the right token; other signatures are refused, and a replay changes nothing", async () => {
  const ask = (token: string) =>
    knock({ method: "GET" }, `?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`);
  const right = await ask(verifyToken);
  expect([right.status, await right.text()]).toEqual([200, "1158201444"]);
  expect((await ask("another")).status).toBe(403);
  const body = envelope([change([martina], [textMessage(martina, "x")])]);
  expect((await knock(signed(body, "another"))).status).toBe(401);
  expect((await knock({ ...signed(body), headers: {} })).status).toBe(401);
  // Meta signs no time, so a recorded request is told by its messages' ids
  const recorded = envelope([change([martina], [textMessage(martina, "grabado")])]);
  const taken = async () => {
    const rows = await doors.service.store.db
      .selectFrom("intakes")
      .select("id")
      .where("message", "like", "%grabado%")
      .execute();
    return rows.length;
  };
  for (const _ of [1, 2, 3]) expect((await knock(signed(recorded))).status).toBe(200);
  expect(await taken()).toBe(1);
});
