/** What somebody has written on a case and not sent, kept in this browser: no closed tab and no reload costs it. */
import userId from "@salesforce/user/Id";

export type DraftKind = "reply" | "note";
export interface Draft {
  body: string;
  /** When it was written last, ms. */
  at: number;
  /** It was on its way then: whether it arrived is not known here. */
  sent: boolean;
}

/** Nobody comes back to an older one, and a shared machine must not keep it for ever: ms */
const KEPT_FOR = 30 * 24 * 60 * 60_000;
const PREFIX = "compromiso.draft.";
const key = (caseId: string, kind: DraftKind): string => `${PREFIX}${userId ?? ""}.${caseId}.${kind}`;

const read = (at: string): Draft | null => parse(localStorage.getItem(at));
function parse(kept: string | null): Draft | null {
  try {
    const { body, at, sent } = (JSON.parse(kept ?? "null") ?? {}) as Partial<Draft>;
    return typeof body === "string" && typeof at === "number" ? { body, at, sent: sent === true } : null;
  } catch {
    return null;
  }
}

export function restoreDraft(caseId: string, kind: DraftKind): Draft | null {
  try {
    forgetOld();
    return read(key(caseId, kind));
  } catch {
    return null;
  }
}

/** The case and kind of a draft that another tab of this browser changed: how it was, and how it is now. */
export interface DraftElsewhere {
  kind: DraftKind;
  before: Draft | null;
  now: Draft | null;
}

/** From a `storage` event; null: it tells of something else. */
export function draftElsewhere(
  caseId: string,
  kinds: DraftKind[],
  { key: at, oldValue, newValue }: StorageEvent,
): DraftElsewhere | null {
  const kind = kinds.find((each) => key(caseId, each) === at);
  return kind === undefined ? null : { kind, before: parse(oldValue), now: parse(newValue) };
}

/** Answers whether this browser keeps it. */
export function keepDraft(caseId: string, kind: DraftKind, draft: Draft): boolean {
  try {
    if (draft.body.trim() === "") localStorage.removeItem(key(caseId, kind));
    else localStorage.setItem(key(caseId, kind), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export const forgetDraft = (caseId: string, kind: DraftKind): void => {
  keepDraft(caseId, kind, { body: "", at: 0, sent: false });
};

function forgetOld(): void {
  const old = Object.keys(localStorage).filter((at) => {
    if (!at.startsWith(PREFIX)) return false;
    const draft = read(at);
    return draft === null || Date.now() - draft.at > KEPT_FOR;
  });
  for (const at of old) localStorage.removeItem(at);
}
