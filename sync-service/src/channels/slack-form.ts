/** The form by which a case is opened in Slack. It shows what each priority promises before it is sent. */
import { z } from "zod";
import type { FormTerms, IncomingMessage } from "./door.ts";
import type { TalkChoice } from "../messages/talk.ts";

/** The callback id of the message shortcut, and of the form. */
export const openCase = "open_case";

/** Where the case's thread is, or will be. */
export interface FormPlace {
  channel: string;
  /** null: it begins with the answer. */
  thread: string | null;
  user: string;
  /** The message that the form was opened on. */
  ts?: string;
}

const words = {
  es: {
    title: "Abrir un caso",
    submit: "Enviar",
    close: "Cerrar",
    subject: "Asunto",
    text: "Qué pasa",
    impact: "Impacto, y cuándo lo toma una persona",
    category: "De qué se trata",
  },
  en: {
    title: "Open a case",
    submit: "Send",
    close: "Close",
    subject: "Subject",
    text: "What happens",
    impact: "Impact, and when a person takes it up",
    category: "What it is about",
  },
};
const text = (value: string, most = 75) => ({ type: "plain_text", text: value.slice(0, most) });
const options = (choices: readonly TalkChoice[]) =>
  choices.map(({ id, title, description }) => ({
    text: text(title),
    value: id,
    ...(description ? { description: text(description) } : {}),
  }));

export function formOf(
  { language, refused, priorities, categories }: FormTerms,
  place: FormPlace,
  draft: string,
): object {
  const w = words[language];
  const view = {
    type: "modal",
    callback_id: openCase,
    private_metadata: JSON.stringify(place),
    title: text(w.title, 24),
    close: text(w.close, 24),
  };
  if (refused !== null)
    return { ...view, blocks: [{ type: "section", text: { type: "mrkdwn", text: refused } }] };
  const [first = ""] = draft.trim().split("\n", 1);
  const input = (id: string, label: string, element: object, optional = false) => ({
    ...{ type: "input", block_id: id, label: text(label), optional },
    element: { ...element, action_id: id },
  });
  return {
    ...view,
    submit: text(w.submit, 24),
    blocks: [
      input("subject", w.subject, {
        type: "plain_text_input",
        max_length: 255,
        ...(first === "" ? {} : { initial_value: first.slice(0, 255) }),
      }),
      input("text", w.text, {
        type: "plain_text_input",
        multiline: true,
        ...(draft.trim() === "" ? {} : { initial_value: draft.trim().slice(0, 3000) }),
      }),
      input("priority", w.impact, { type: "radio_buttons", options: options(priorities) }),
      input("category", w.category, { type: "static_select", options: options(categories) }, true),
    ],
  };
}

const chosen = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
});
const state = z.looseObject({ values: z.record(z.string(), z.record(z.string(), chosen)) });
const place = z.object({
  channel: z.string(),
  thread: z.string().nullable(),
  user: z.string(),
  ts: z.string().optional(),
});

/** What was entered; null: it is no form of ours. */
export function submitted(view: {
  private_metadata: string;
  state: unknown;
}): (Pick<IncomingMessage, "subject" | "text" | "priority" | "category"> & { place: FormPlace }) | null {
  const read = state.safeParse(view.state);
  let where: unknown;
  try {
    where = JSON.parse(view.private_metadata);
  } catch {
    return null;
  }
  const at = place.safeParse(where);
  if (!read.success || !at.success) return null;
  const entered = (id: string) => read.data.values[id]?.[id];
  const option = (id: string) => entered(id)?.selected_option?.value.split(":").slice(1).join(":");
  const [priority, category] = [option("priority"), option("category")];
  return {
    place: at.data as FormPlace,
    subject: entered("subject")?.value ?? null,
    text: entered("text")?.value ?? "",
    ...(priority === undefined ? {} : { priority }),
    ...(category === undefined ? {} : { category }),
  };
}
