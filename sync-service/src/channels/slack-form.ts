/** The form by which a case is opened in Slack. It shows what each priority promises before it is sent. */
import { suggestPriority } from "c/slaEngine";
import { z } from "zod";
import type { FormTerms, IncomingMessage } from "./door.ts";
import { talkWords, type TalkChoice } from "../messages/talk.ts";

/** The callback id of the message shortcut and of the form, and the action id of the button that opens it. */
export const openCase = "open_case";

/** Where the case's thread is, or will be. */
export interface FormPlace {
  channel: string;
  /** null: it begins with the answer. */
  thread: string | null;
  user: string;
  /** The key of the message that the form was opened on. */
  key?: string;
}

/** The action id of the questions about the impact. Each answer changes the form. */
export const impactAction = "impact";
const questions = ["operationStopped", "keyFunction", "workaround", "question"] as const;

const words = {
  es: {
    submit: "Enviar",
    close: "Cerrar",
    subject: "Asunto",
    text: "Qué pasa",
    impact: "¿Qué impacto tiene?",
    operationStopped: "La operación se detuvo por completo",
    keyFunction: "Una función clave está afectada",
    workaround: "Hay una forma de seguir trabajando",
    question: "Es solo una consulta o un pedido menor",
    suggested: (priority: string) => `Sugerimos ${priority}. Decidís vos.`,
    suggestHint: "Marcá lo que corresponda y te sugerimos una prioridad.",
    priority: "Prioridad, y hasta cuándo lo toma una persona",
    category: "De qué se trata",
  },
  en: {
    submit: "Send",
    close: "Close",
    subject: "Subject",
    text: "What happens",
    impact: "What is the impact?",
    operationStopped: "The whole operation has stopped",
    keyFunction: "A key function is affected",
    workaround: "There is a way to go on working",
    question: "It is only a question or a small request",
    suggested: (priority: string) => `We suggest ${priority}. You decide.`,
    suggestHint: "Tick what applies and we suggest a priority.",
    priority: "Priority, and by when a person takes it up",
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

/** @param suggested the priority that the answers about the impact point to */
export function formOf(
  { language, refused, priorities, categories }: FormTerms,
  place: FormPlace,
  draft: string,
  suggested: string | null = null,
): object {
  const w = words[language];
  const view = {
    type: "modal",
    callback_id: openCase,
    private_metadata: JSON.stringify(place),
    title: text(talkWords.openCase(language), 24),
    close: text(w.close, 24),
  };
  if (refused !== null)
    return { ...view, blocks: [{ type: "section", text: { type: "mrkdwn", text: refused } }] };
  const [first = ""] = draft.trim().split("\n", 1);
  const pick = priorities.find(({ id }) => id === `priority:${suggested}`);
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
      {
        ...input(
          "impact",
          w.impact,
          {
            type: "checkboxes",
            options: questions.map((value) => ({ text: text(w[value]), value })),
          },
          true,
        ),
        dispatch_action: true,
        hint: text(pick === undefined ? w.suggestHint : w.suggested(pick.title.slice(0, 40))),
      },
      // Slack keeps what was chosen in a block as long as the block has its name
      {
        ...input("priority", w.priority, {
          type: "radio_buttons",
          options: options(priorities),
          ...(pick === undefined ? {} : { initial_option: options([pick])[0] }),
        }),
        block_id: `priority/${suggested ?? ""}`,
      },
      input("category", w.category, { type: "static_select", options: options(categories) }, true),
    ],
  };
}

const chosen = z.looseObject({
  value: z.string().nullish(),
  selected_options: z.array(z.looseObject({ value: z.string() })).nullish(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
});
const state = z.looseObject({ values: z.record(z.string(), z.record(z.string(), chosen)) });
const place = z.object({
  channel: z.string(),
  thread: z.string().nullable(),
  user: z.string(),
  key: z.string().optional(),
});

/** The form's priority, and the suggestion that it had until now. */
function priorityIn(values: z.infer<typeof state>["values"]) {
  const [block = "", fields] = Object.entries(values).find(([id]) => id.startsWith("priority/")) ?? [];
  const option = fields?.["priority"]?.selected_option?.value;
  return {
    suggested: block.slice("priority/".length) || null,
    chosen: option?.split(":").slice(1).join(":"),
  };
}

/** What the answers about the impact suggest now. A priority that the author chose stays. null: nothing changes */
export function suggestionIn(view: {
  private_metadata: string;
  state: unknown;
}): { place: FormPlace; suggested: string } | null {
  const where = placeIn(view.private_metadata);
  const read = state.safeParse(view.state);
  if (where === null || !read.success) return null;
  const answers = read.data.values["impact"]?.["impact"]?.selected_options ?? [];
  if (answers.length === 0) return null;
  const { suggested, chosen: own } = priorityIn(read.data.values);
  if (own !== undefined && own !== suggested) return null;
  const next = suggestPriority(Object.fromEntries(answers.map(({ value }) => [value, true])));
  return next === suggested ? null : { place: where, suggested: next };
}

function placeIn(metadata: string): FormPlace | null {
  try {
    return (place.safeParse(JSON.parse(metadata)).data as FormPlace | undefined) ?? null;
  } catch {
    return null;
  }
}

/** What was entered; null: it is no form of ours. */
export function submitted(view: {
  private_metadata: string;
  state: unknown;
}): (Pick<IncomingMessage, "subject" | "text" | "priority" | "category"> & { place: FormPlace }) | null {
  const read = state.safeParse(view.state);
  const at = placeIn(view.private_metadata);
  if (!read.success || at === null) return null;
  const entered = (id: string) => read.data.values[id]?.[id];
  const { chosen: priority } = priorityIn(read.data.values);
  const category = entered("category")?.selected_option?.value.split(":").slice(1).join(":");
  return {
    place: at,
    subject: entered("subject")?.value ?? null,
    text: entered("text")?.value ?? "",
    ...(priority === undefined ? {} : { priority }),
    ...(category === undefined ? {} : { category }),
  };
}
