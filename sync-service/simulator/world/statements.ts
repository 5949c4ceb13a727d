import type { News } from "../../src/runtime.ts";

/** What a statement does to a transaction and to rows, by its first word. */
export type StatementKind = "begin" | "commit" | "rollback" | "write" | "read";
export interface StatementSort {
  kind: StatementKind;
  /** Who may have waited for what it writes. */
  news: readonly News[];
}
const sorts = new Map<string, StatementSort>();

export function sortOf(text: string): StatementSort {
  let sort = sorts.get(text);
  if (sort === undefined) {
    if (sorts.size > 5_000) sorts.clear();
    const kind = kindOf(text);
    sorts.set(text, (sort = { kind, news: kind === "write" ? newsOf(text) : [] }));
  }
  return sort;
}

const written = /\b(?:insert into|update|delete from)\s+"?(\w+)/i;

function newsOf(text: string): readonly News[] {
  switch (written.exec(text)?.[1]) {
    case "outbox":
      return ["outbox"];
    case "clocks":
      return ["clocks"];
    case "orgs":
      return ["orgs", "clocks", "outbox"];
    case "leases":
      // who holds a lease for longer tells nobody anything
      return /^update .* returning /.test(text) ? [] : ["orgs", "outbox"];
    default:
      return [];
  }
}

function kindOf(text: string): StatementKind {
  const [word = ""] = text.trimStart().split(/\s/, 1);
  switch (word.toLowerCase()) {
    case "begin":
      return "begin";
    case "commit":
      return "commit";
    case "rollback":
      return "rollback";
    case "insert":
    case "update":
    case "delete":
    case "pragma":
      return "write";
    case "with":
      return /\b(update|insert|delete)\b/i.test(text) ? "write" : "read";
    default:
      return "read";
  }
}
