/** What a statement does to a transaction and to rows, by its first word. */
export type StatementKind = "begin" | "commit" | "rollback" | "write" | "read";
export function kindOf(text: string): StatementKind {
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
