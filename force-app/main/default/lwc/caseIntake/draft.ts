/** What has been written so far, kept for the browser's session, so that no failure costs the author their words. */
import userId from "@salesforce/user/Id";

export interface Draft {
  subject: string;
  category: string;
  description: string;
  channel: string;
  priority: string;
  /** The author chose the priority; suggestions no longer move it. */
  chosen: boolean;
  answers: Partial<Record<"operationStopped" | "keyFunction" | "workaround" | "question", boolean>>;
}

const key = `support-intake:${userId ?? "guest"}`;

export const emptyDraft = (): Draft => ({
  subject: "",
  category: "",
  description: "",
  channel: "Portal",
  priority: "",
  chosen: false,
  answers: {},
});

export const isBlank = (draft: Draft): boolean =>
  draft.subject.trim() === "" && draft.description.trim() === "";

export function restoreDraft(): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return kept && typeof kept.subject === "string" ? { ...emptyDraft(), ...kept } : null;
  } catch {
    return null;
  }
}

export function keepDraft(draft: Draft): void {
  try {
    if (isBlank(draft)) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // a browser that keeps nothing still lets a case be opened
  }
}

export const forgetDraft = (): void => keepDraft(emptyDraft());
