/** Where a letter is written, and so means no act. */
export const writesLetters = (at: EventTarget): boolean =>
  at instanceof HTMLElement &&
  (at.isContentEditable || at.matches("input, textarea, select, [role=textbox], [role=combobox]"));
