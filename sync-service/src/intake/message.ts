import type { IncomingMessage } from "../channels/door.ts";

/** What of an intake is kept for opening or continuing its case. */
export type IntakeMessage = Pick<IncomingMessage, "subject" | "text" | "files" | "priority" | "category"> & {
  /** Of a change, the key of the message that was changed; of a choice, the field and its value. */
  of?: string;
  field?: string;
  value?: string;
  /** Of an acknowledgement, who gave it. */
  by?: { in: "pagerDuty" | "bridge"; id: string };
  asks?: boolean;
  form?: string | undefined;
};
