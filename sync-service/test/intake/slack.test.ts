// Slack, both ways: a mention, a command, a shortcut and a thread against a real local org and Slack's wire.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { until } from "../orgs/org-world.ts";
import { doorService, type DoorService } from "./service.ts";
import {
  app,
  bot,
  command,
  event,
  interaction,
  signingSecret,
  slackChat,
  submission,
  tap,
  team,
  tsOf,
  type Entered,
} from "./slack-wire.ts";

jest.setTimeout(120_000);

let wire: Awaited<ReturnType<typeof slackChat>>;
let doors: DoorService;
const channel = "C0CLIENT";
const martina = "U0MARTINA";

beforeAll(async () => {
  wire = await slackChat({ [martina]: "martina@austral.example", U0STRANGER: "stranger@elsewhere.example" });
  process.env["TEST_SLACK_TOKEN"] = "xoxb-test";
  process.env["TEST_SLACK_SIGNING"] = signingSecret;
  doors = await doorService(
    {
      slack: {
        token: { env: "TEST_SLACK_TOKEN" },
        signingSecret: { env: "TEST_SLACK_SIGNING" },
        apiUrl: wire.api,
      },
    },
    {
      // on Platinum a P1 and a P3 are due at the same time in office hours
      plan: "Gold",
      rest: 20,
      contacts: [{ FirstName: "Martina", LastName: "Ibarra", Email: "Martina@austral.example" }],
    },
  );
});
afterAll(async () => {
  await doors?.close();
  await wire?.close();
});

const knock = async (
  path: string,
  request: { method: string; body: string; headers: Record<string, string> },
) => {
  const response = await fetch(`${doors.service.url}/slack/${path}`, request);
  return { status: response.status, text: await response.text() };
};
const send = async (about: object, headers?: Record<string, string>) =>
  expect((await knock("events", event(about, headers))).status).toBe(200);
let n = 0;
const mention = (text: string, more: object = {}) => ({
  ...{
    type: "app_mention",
    user: martina,
    team,
    channel,
    text: `<@${bot}> ${text}`,
    ts: tsOf(Date.now(), n++),
  },
  ...more,
});
const keyOf = (ts: string) => `slack:${app}:${channel}:${ts}`;
const offer = async (root: string) => {
  const has = () =>
    wire.posted.find(
      ({ thread, blocks }) =>
        thread === root &&
        blocks.some(({ elements = [] }) => elements.some(({ action_id: id }) => id === "open_case")),
    );
  await until(() => has() !== undefined, "the button");
  return has()!;
};
let forms = 0;
/** Taps the button under a mention and sends the form. The form's own texts stand for the fields that are left out. */
const fillIn = async (ts: string, entered: Partial<Entered> = {}, user = martina) => {
  expect((await knock("interactions", tap(await offer(ts), user))).status).toBe(200);
  const { view } = wire.views.at(-1)!;
  const shown = (id: string) => view.blocks.find((block) => block.block_id === id)?.element?.initial_value;
  const all = { subject: shown("subject")!, text: shown("text")!, priority: "P3", ...entered };
  const sent = submission(view, `V${forms++}`, user, all);
  expect((await knock("interactions", sent)).status).toBe(200);
  return sent;
};
/** The ten minutes of a mention without a form are over. */
const letOpen = async (ts: string) => {
  const { db } = doors.service.store;
  const { id } = await db
    .selectFrom("intakes")
    .select("id")
    .where("key", "=", keyOf(ts))
    .executeTakeFirstOrThrow();
  await db.updateTable("outbox").set({ not_before: 0 }).where("key", "=", `intake/${id}`).execute();
  // the service looks again when something comes
  await send(mention("otra cosa"));
  return there(ts);
};
const opened = async (ts: string) => {
  await fillIn(ts);
  return there(ts);
};
const there = async (ts: string) => {
  await until(() => doors.caseOf(keyOf(ts))?.["SLA_Ack_Due_At__c"] != null, "the case");
  return doors.caseOf(keyOf(ts))!;
};
const inThread = (ts: string) => wire.posted.filter(({ thread }) => thread === ts);

test("1. what Slack sends again is answered with one button; its form opens one case, whose clock starts at the ts", async () => {
  const about = mention("no anda la facturación &amp; el remito");
  for (const again of [0, 1, 2])
    await send(
      about,
      again === 0 ? {} : { "x-slack-retry-num": String(again), "x-slack-retry-reason": "http_timeout" },
    );
  const { text } = await offer(about.ts);
  expect(text).toMatch(/en 10 minutos lo abrimos con tu mensaje, como P3/);
  expect(doors.rows("Case")).toHaveLength(0);
  const form = await fillIn(about.ts, { priority: "P2" });
  const record = await there(about.ts);
  await send(about);
  expect((await knock("interactions", form)).status).toBe(200);
  expect(record).toMatchObject({
    Subject: "no anda la facturación & el remito",
    Support_Priority__c: "P2",
    Support_Channel__c: "Slack",
  });
  expect(Math.floor(Number(record["SLA_Started_At__c"]) / 1000)).toBe(Math.floor(Number(about.ts)));
  await until(() => inThread(about.ts).some(({ text }) => text.includes("abrimos el caso")), "the answer");
  expect(doors.rows("Case")).toHaveLength(1);
  expect(inThread(about.ts)).toHaveLength(2);
  // the button is still there, and its form says that there is nothing left to open
  await knock("interactions", tap(await offer(about.ts), martina));
  expect(JSON.stringify(wire.views.at(-1)!.view)).toMatch(/Acá ya está el caso 0\d+/);
});

test("a mention whose form never comes opens its case by itself; its deletion by its author opens no case", async () => {
  const [kept, deleted] = [mention("nadie toca el botón"), mention("me equivoqué")];
  for (const about of [kept, deleted]) await send(about);
  await offer(deleted.ts);
  await send({
    ...{ type: "message", subtype: "message_deleted", channel, ts: tsOf(Date.now(), n++) },
    ...{ deleted_ts: deleted.ts, previous_message: { ...deleted, type: "message" } },
  });
  const { db } = doors.service.store;
  const item = async (ts: string) => {
    const { id } = await db
      .selectFrom("intakes")
      .select("id")
      .where("key", "=", keyOf(ts))
      .executeTakeFirstOrThrow();
    return db.selectFrom("outbox").selectAll().where("key", "=", `intake/${id}`).executeTakeFirstOrThrow();
  };
  expect(Math.round(((await item(kept.ts)).not_before - Date.now()) / 60_000)).toBe(10);
  expect((await item(deleted.ts)).state).toBe("discarded");
  const record = await letOpen(kept.ts);
  expect(record["Subject"]).toBe("nadie toca el botón");
  const taken = await db
    .selectFrom("intakes")
    .select("why")
    .where("key", "=", keyOf(deleted.ts))
    .executeTakeFirstOrThrow();
  expect(taken.why).toBe("withdrawn");
  expect(doors.caseOf(keyOf(deleted.ts))).toBeUndefined();
  // a form that comes after that is kept on the case
  await until(() => inThread(kept.ts).length === 2, "the answer");
  const { view } = (await knock("interactions", tap(await offer(deleted.ts), martina)), wire.views.at(-1)!);
  const late = { ...view, private_metadata: view.private_metadata.replaceAll(deleted.ts, kept.ts) };
  for (const _ of [1, 2])
    await knock(
      "interactions",
      submission(late, "VLATE", martina, { subject: "Tarde", text: "es grave", priority: "P1" }),
    );
  await until(() => doors.caseOf(keyOf(kept.ts))!["Support_Priority__c"] === "P1", "the priority");
  await until(() => doors.comments(record["Id"]).length === 1, "the comment");
  expect(doors.comments(record["Id"])[0]).toMatch(/es grave$/);
});

test("the answers about the impact suggest a priority in the form; one that the author chose stays", async () => {
  await knock("commands", command({ user_id: martina, channel_id: channel, text: "Impacto" }));
  const { view } = wire.views.at(-1)!;
  const answer = async (block: string, values: string[], chosen: string | null) => {
    const before = wire.updates.length;
    await knock(
      "interactions",
      interaction({
        ...{ type: "block_actions", user: { id: martina, team_id: team } },
        actions: [{ action_id: "impact", block_id: "impact" }],
        view: {
          ...{
            id: "V9",
            hash: "156.abc",
            callback_id: view.callback_id,
            private_metadata: view.private_metadata,
          },
          state: {
            values: {
              impact: { impact: { selected_options: values.map((value) => ({ value })) } },
              [block]: {
                priority: { selected_option: chosen === null ? null : { value: `priority:${chosen}` } },
              },
            },
          },
        },
      }),
    );
    return wire.updates.slice(before).map(({ view: { blocks } }) => JSON.stringify(blocks));
  };
  const [first] = await answer("priority/", ["keyFunction"], null);
  expect(first).toMatch(/Sugerimos P2/);
  expect(first).toMatch(/"block_id":"priority\/P2"/);
  expect(first).toMatch(/"initial_option":\{[^}]*\{[^}]*\},"value":"priority:P2"/);
  const [next] = await answer("priority/P2", ["keyFunction", "workaround"], "P2");
  expect(next).toMatch(/"block_id":"priority\/P3"/);
  expect(await answer("priority/P2", ["operationStopped"], "P4")).toEqual([]);
  expect(wire.updates.at(-1)).toMatchObject({ view_id: "V9", hash: "156.abc" });
});

test("2. a mention that comes as two events is one case, with the file that only one of them has", async () => {
  const ts = tsOf(Date.now(), n++);
  const text = `<@${bot}> mirá la captura`;
  const files = [
    { id: "F1", name: "foto.png", mimetype: "image/png", url_private_download: `${wire.url}/files/F1` },
  ];
  await send({ type: "app_mention", user: martina, team, channel, text, ts });
  await send({ type: "message", subtype: "file_share", user: martina, team, channel, text, ts, files });
  await opened(ts);
  const row = await doors.service.store.db
    .selectFrom("intakes")
    .select("message")
    .where("key", "=", keyOf(ts))
    .executeTakeFirstOrThrow();
  expect(JSON.parse(row.message).files).toHaveLength(1);
  expect(doors.rows("Case").filter((one) => one["Support_Intake_Key__c"] === keyOf(ts))).toHaveLength(1);
});

test("3. an edit keeps both texts, an unfurl and our own edits do nothing, and a deletion takes no case away", async () => {
  const about = mention("la clave es 1234");
  await send(about);
  const record = await opened(about.ts);
  const message = { type: "message", user: martina, text: `<@${bot}> la clave es otra`, ts: about.ts };
  const changed = (more: object, one: object = message) =>
    send({
      type: "message",
      subtype: "message_changed",
      channel,
      ts: tsOf(Date.now(), n++),
      message: { ...one, ...more },
    });
  await changed({ edited: { user: martina, ts: "1800000001.000100" } });
  await changed({});
  await changed({ bot_id: "B1", edited: { user: bot, ts: "1800000002.000100" } });
  await send({
    ...{
      type: "message",
      subtype: "message_deleted",
      channel,
      ts: tsOf(Date.now(), n++),
      deleted_ts: about.ts,
    },
    previous_message: message,
  });
  await until(() => doors.comments(record["Id"]).length >= 2, "the comments");
  const [edit, deletion, ...more] = doors.comments(record["Id"]);
  expect(more).toEqual([]);
  expect(edit).toMatch(/Martina Ibarra cambió su mensaje .*\r\n\r\nla clave es otra/s);
  expect(deletion).toMatch(/borró su mensaje/);
  expect(doors.caseOf(keyOf(about.ts))!["Description"]).toBe("la clave es 1234");
});

test("4. a reply and a broadcast go to the thread's case once; people's talk in a thread without a case is nobody's request", async () => {
  const about = mention("se duplican los pedidos");
  await send(about);
  const record = await opened(about.ts);
  const reply = { type: "message", user: martina, team, channel, thread_ts: about.ts };
  const [one, two] = [tsOf(Date.now(), n++), tsOf(Date.now(), n++)];
  await send({ ...reply, text: "desde ayer", ts: one });
  await send({ ...reply, subtype: "thread_broadcast", text: "y hoy", ts: two, root: { ts: about.ts } });
  await until(() => doors.comments(record["Id"]).length === 2, "the comments");
  const before = doors.rows("Case").length;
  await send({ ...reply, thread_ts: tsOf(Date.now(), n++), text: "almorzamos?", ts: tsOf(Date.now(), n++) });
  const asked = {
    ...reply,
    thread_ts: tsOf(Date.now(), n++),
    text: `<@${bot}> esto también falla`,
    ts: tsOf(Date.now(), n++),
  };
  await send(asked);
  await fillIn(asked.thread_ts);
  await there(asked.ts);
  expect(doors.rows("Case")).toHaveLength(before + 1);
  doors.org.as("camila", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: String(record["Id"]), CommentBody: "Lo vemos <ya>", IsPublished: true },
  });
  await until(
    () => inThread(about.ts).some(({ text }) => text === "Camila Rossi: Lo vemos &lt;ya&gt;"),
    "the consultant's answer in the thread",
  );
});

test("5. a sign-in page is no picture: the case says what the app lacks; a real page of HTML is kept", async () => {
  const ts = tsOf(Date.now(), n++);
  const file = (id: string, mimetype: string) => ({
    ...{ id, mimetype, name: `${id}.${mimetype.split("/")[1]}` },
    url_private_download: `${wire.url}/files/${id}`,
  });
  const files = [file("LOGIN", "image/png"), file("PAGE", "text/html"), file("PHOTO", "image/png")];
  await send({ ...mention("tres archivos"), type: "message", subtype: "file_share", ts, files });
  const record = await opened(ts);
  const titles = () => doors.rows("ContentVersion").map((row) => String(row["Title"]));
  await until(() => ["PAGE.html", "PHOTO.png"].every((title) => titles().includes(title)), "the files");
  expect(titles()).not.toContain("LOGIN.png");
  await until(() => doors.comments(record["Id"]).length === 1, "the note");
  expect(doors.comments(record["Id"])[0]).toMatch(/LOGIN.png todavía no se pudo traer: .*files:read/);
  expect(doors.rows("CaseComment").find((row) => row["ParentId"] === record["Id"])!["IsPublished"]).toBe(
    false,
  );
});

test("6. somebody of another workspace is known by their own workspace's id, never by a name", async () => {
  const before = doors.rows("Case").length;
  const about = mention("hola", { user: "U0CLIENT", user_team: "T0CLIENT" });
  await send(about);
  await until(() => inThread(about.ts).length === 1, "the answer");
  expect(inThread(about.ts)[0]!.text).toMatch(/No reconocemos/);
  expect(doors.rows("Case")).toHaveLength(before);
  const martinaId = doors.rows("Contact")[0]!["Id"] as string;
  const { createHash } = await import("node:crypto");
  await doors.service.store.db
    .insertInto("senders")
    .values({
      ...{ org_id: "austral", kind: "slack", contact_id: martinaId, name: "Martina Ibarra", learned: 1 },
      hash: createHash("sha256").update("T0CLIENT/U0CLIENT").digest("hex"),
    })
    .execute();
  const again = mention("hola de nuevo", { user: "U0CLIENT", user_team: "T0CLIENT" });
  await send(again);
  await opened(again.ts);
});

test("the command's form shows what each priority promises, and what it sends opens a thread with the case", async () => {
  const answer = await knock(
    "commands",
    command({ user_id: martina, channel_id: channel, text: "Stock en cero" }),
  );
  expect(answer).toEqual({ status: 200, text: "" });
  const { view } = wire.views.at(-1)!;
  const priorities = (
    view.blocks[3] as unknown as { element: { options: { description: { text: string } }[] } }
  ).element.options;
  expect(priorities.map(({ description }) => description.text)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Hasta el .*GMT-3/)]),
  );
  const sent = submission(view, "V77", martina, {
    ...{ subject: "Stock en cero", text: "Todo el catálogo figura sin stock." },
    ...{ priority: "P1", category: "Incident Resolution" },
  });
  for (const _ of [1, 2]) expect((await knock("interactions", sent)).status).toBe(200);
  const key = `slack:${app}:view:V77`;
  await until(() => doors.caseOf(key)?.["SLA_Ack_Due_At__c"] != null, "the case");
  expect(doors.caseOf(key)).toMatchObject({
    Subject: "Stock en cero",
    Support_Priority__c: "P1",
    Service_Category__c: "Incident Resolution",
    SLA_Target_Minutes__c: 120,
  });
  await until(
    () => wire.posted.some(({ thread, text }) => thread === null && text.includes("abrimos el caso")),
    "the thread",
  );
  const root = wire.posted.find(({ thread, text }) => thread === null && text.includes("abrimos el caso"))!;
  expect(root.channel).toBe(channel);
  await until(
    async () =>
      (
        await doors.service.store.db
          .selectFrom("conversation_names")
          .selectAll()
          .where("name", "=", `${channel}/${root.ts}`)
          .execute()
      ).length === 1,
    "the thread's name",
  );
  await send({
    type: "message",
    user: martina,
    team,
    channel,
    thread_ts: root.ts,
    text: "son 300 productos",
    ts: tsOf(Date.now(), n++),
  });
  await until(() => doors.comments(doors.caseOf(key)!["Id"]).length === 1, "the comment");
});

test("a button in the thread says how bad it is, and the case's promise follows", async () => {
  const about = mention("cae el login");
  await send(about);
  await letOpen(about.ts);
  await until(() => inThread(about.ts).length === 2, "the answer");
  const { ts, blocks } = inThread(about.ts)[1]!;
  const values = blocks.flatMap(({ elements = [] }) => elements.map(({ value }) => value));
  expect(values.filter(Boolean)).toEqual(["priority:P1", "priority:P2", "priority:P3", "priority:P4"]);
  const message = { ts, thread_ts: about.ts };
  const click = (value: string) =>
    knock(
      "interactions",
      interaction({
        ...{ type: "block_actions", user: { id: martina, team_id: team }, channel: { id: channel }, message },
        actions: [{ action_id: value, value, action_ts: "1800000009.1" }],
      }),
    );
  expect((await click("priority:P1")).status).toBe(200);
  await until(() => doors.caseOf(keyOf(about.ts))!["Support_Priority__c"] === "P1", "the priority");
  await until(() => inThread(about.ts).some(({ text }) => text.includes("plazo nuevo")), "the new deadline");
  await until(
    () => inThread(about.ts).some(({ text }) => text.includes("De qué se trata")),
    "the next question",
  );
  await click("category:Performance");
  await until(() => doors.caseOf(keyOf(about.ts))!["Service_Category__c"] === "Performance", "the category");
});

test("a forged or replayed request is refused, and Slack's first question is answered", async () => {
  expect((await knock("events", event(mention("x"), {}, "another"))).status).toBe(401);
  expect(
    (await knock("events", event(mention("x"), {}, signingSecret, Date.now() - 6 * 60_000))).status,
  ).toBe(401);
  const body = event({});
  const challenge = { ...body, body: JSON.stringify({ type: "url_verification", challenge: "abc" }) };
  expect((await knock("events", challenge)).status).toBe(401);
});
