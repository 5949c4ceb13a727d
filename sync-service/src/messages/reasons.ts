import { messageReasons } from "./reasons/of-messages.ts";
import { orgReasons } from "./reasons/of-orgs.ts";

/** As patterns, so that a page that cannot import this can do the same. `whole`: the Spanish leaves nothing out. */
export const spanishReasons: readonly [pattern: string, spanish: string, whole: boolean][] = [
  ...orgReasons,
  ...messageReasons,
]
  // a reason that holds another one comes first: the other's pattern may begin with anything
  .sort(([a], [b]) => Number(b.includes("{+}")) - Number(a.includes("{+}")))
  .map(([english, spanish]) => [
    `^${english
      .split(/\{(\+?)\}/)
      .map((part, at) =>
        at % 2 === 0 ? part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&") : part === "+" ? "(?<inner>.+)" : "(.*?)",
      )
      .join("")}$`,
    spanish,
    english
      .split("{}")
      .slice(1)
      .every((_, at) => spanish.includes(`{${at}}`)),
  ]);

/** A reason of the service in Spanish; null: it is another system's, or one without a Spanish. */
export function reasonInSpanish(reason: string): string | null {
  for (const [pattern, spanish] of spanishReasons) {
    const found = new RegExp(pattern, "s").exec(reason);
    if (found === null) continue;
    const inner = found.groups?.["inner"];
    const said = spanish.replace(/\{(\d)\}/g, (_, at: string) => found[Number(at) + 1] ?? "");
    return [said, inner === undefined ? null : reasonInSpanish(inner)].filter(Boolean).join(" ");
  }
  return null;
}
