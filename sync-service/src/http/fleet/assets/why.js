// Why something is wrong, in the reader's language. What another system said stands folded below, as it was said.
import { h } from "./dom.js";
import { fill, language, words } from "./setup.js";

/** A reason of the service in Spanish, and whether that is all of it; null: it is another system's. */
function inSpanish(reason) {
  for (const [pattern, spanish, whole] of words.saidReasons) {
    const found = new RegExp(pattern, "s").exec(reason);
    if (found === null) continue;
    const { inner } = found.groups ?? {};
    const rest = inner === undefined ? null : inSpanish(inner);
    return {
      text: [fill(spanish, ...found.slice(1)), rest?.text].filter(Boolean).join(" "),
      whole: whole && (inner === undefined || rest?.whole === true),
    };
  }
  return null;
}

/** @param otherwise a sentence for a reason that has no Spanish */
export function because(reason, otherwise) {
  if (reason === null || reason === undefined || reason === "") return [otherwise];
  if (language === "en") return [reason];
  const said = inSpanish(reason);
  return [said?.text ?? otherwise, said?.whole === true ? null : original(reason)].filter(Boolean);
}

/** A Spanish text whose end quotes another system: «…». */
export function withQuote(text) {
  const found = /^(.*?)\s*«(.*)»$/s.exec(text);
  return found === null ? [text] : [found[1], original(found[2])];
}

function original(reason) {
  const fold = h(
    "details",
    { class: "original" },
    h("summary", {}, words.original),
    h("span", { lang: "en" }, reason),
  );
  // a refresh must not fold it while somebody reads
  fold.addEventListener("toggle", () => fold.toggleAttribute("data-open", fold.open));
  return fold;
}

/** What is wrong with an org. @param kind the kind of trouble, which has a sentence of its own */
export const why = (kind, reason) => because(reason, words.reasons[kind] ?? words.reasons.other);
