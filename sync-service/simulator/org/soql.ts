/** SOQL as far as the service speaks it. It refuses all else, so that it answers no question by accident. */

export type Row = Record<string, unknown>;
export interface Question {
  fields: string[];
  object: string;
  matches: (row: Row) => boolean;
  order: { field: string; down: boolean }[];
  limit: number;
}

const tokens =
  /\s*('(?:[^'\\]|\\.)*'|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?|[\w.]+|!=|<>|>=|<=|[=<>(),])/gy;

const parsed = new Map<string, Question>();

/** @throws Error for SOQL that it does not know */
export function parseSoql(text: string): Question {
  let question = parsed.get(text);
  if (question === undefined) {
    if (parsed.size > 2_000) parsed.clear();
    parsed.set(text, (question = new Parser(text).question()));
  }
  return question;
}

export function answerTo({ fields, matches, order, limit }: Question, rows: Iterable<Row>): Row[] {
  const found = [...rows].filter(matches);
  if (order.length > 0)
    found.sort((a, b) => {
      for (const { field, down } of order) {
        const by = compare(at(a, field), at(b, field));
        if (by !== 0) return down ? -by : by;
      }
      return 0;
    });
  return found.slice(0, limit).map((row) => selected(row, fields));
}

function selected(row: Row, fields: readonly string[]): Row {
  const given: Row = {};
  for (const field of fields) {
    const [parent, child] = field.split(".");
    if (child === undefined) given[field] = row[field] ?? null;
    else given[parent!] = { ...(given[parent!] as Row | undefined), [child]: at(row, field) };
  }
  return given;
}

const at = (row: Row, path: string): unknown => {
  let value: unknown = row;
  for (const part of path.split(".")) value = (value as Row | null | undefined)?.[part];
  return value ?? null;
};

type Value = string | number | boolean | null | { instant: number };

const instantIn = (value: unknown): number => (typeof value === "number" ? value : Date.parse(String(value)));

/** Nulls come first. */
function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return (a as string) < (b as string) ? -1 : 1;
}

function holds(value: unknown, operator: string, other: Value): boolean {
  const given = other !== null && typeof other === "object";
  const left = given ? (value === null ? null : instantIn(value)) : value;
  const right = given ? other.instant : other;
  if (operator === "=") return left === right;
  if (operator === "!=" || operator === "<>") return left !== right;
  if (left === null || right === null) return false;
  const order = compare(left, right);
  return operator === ">"
    ? order > 0
    : operator === "<"
      ? order < 0
      : operator === ">="
        ? order >= 0
        : order <= 0;
}

class Parser {
  readonly #text: string;
  readonly #tokens: string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = [];
    tokens.lastIndex = 0;
    let end = 0;
    for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
      this.#tokens.push(found[1]!);
      end = tokens.lastIndex;
    }
    if (text.slice(end).trim() !== "") throw new Error(`unexpected ${text.slice(end, end + 40)}`);
  }

  question(): Question {
    this.#expect("select");
    const fields = [this.#take()];
    while (this.#skip(",")) fields.push(this.#take());
    this.#expect("from");
    const object = this.#take();
    const matches = this.#skip("where") ? this.#either() : () => true;
    const order: Question["order"] = [];
    if (this.#skip("order")) {
      this.#expect("by");
      do order.push({ field: this.#take(), down: this.#skip("desc") });
      while (this.#skip(","));
    }
    const limit = this.#skip("limit") ? Number(this.#take()) : Infinity;
    if (this.#next < this.#tokens.length) throw new Error(`unexpected ${this.#take()} in ${this.#text}`);
    return { fields, object, matches, order, limit };
  }

  #either(): Question["matches"] {
    const parts = [this.#all()];
    while (this.#skip("or")) parts.push(this.#all());
    return parts.length === 1 ? parts[0]! : (row) => parts.some((part) => part(row));
  }
  #all(): Question["matches"] {
    const parts = [this.#one()];
    while (this.#skip("and")) parts.push(this.#one());
    return parts.length === 1 ? parts[0]! : (row) => parts.every((part) => part(row));
  }
  #one(): Question["matches"] {
    if (this.#skip("(")) {
      const inner = this.#either();
      this.#expect(")");
      return inner;
    }
    const field = this.#take();
    const operator = this.#take().toLowerCase();
    if (operator !== "in") {
      if (!/^([=<>]|!=|<>|<=|>=)$/.test(operator)) throw new Error(`unexpected ${operator} in ${this.#text}`);
      const value = this.#value();
      return (row) => holds(at(row, field), operator, value);
    }
    this.#expect("(");
    const values = [this.#value()];
    while (this.#skip(",")) values.push(this.#value());
    this.#expect(")");
    const plain = new Set(values.filter((value) => value === null || typeof value !== "object"));
    const instants = new Set(
      values.flatMap((value) => (value !== null && typeof value === "object" ? [value.instant] : [])),
    );
    return (row) => {
      const given = at(row, field);
      return (
        plain.has(given as string) || (instants.size > 0 && given !== null && instants.has(instantIn(given)))
      );
    };
  }

  #value(): Value {
    const token = this.#take();
    if (token.startsWith("'")) return token.slice(1, -1).replace(/\\(.)/g, "$1");
    if (/^\d{4}-\d\d-\d\d$/.test(token)) return token;
    if (/^\d{4}-/.test(token)) return { instant: Date.parse(token) };
    if (/^(true|false)$/i.test(token)) return token.toLowerCase() === "true";
    if (/^null$/i.test(token)) return null;
    if (/^-?\d/.test(token)) return Number(token);
    throw new Error(`unexpected ${token} in ${this.#text}`);
  }

  #take(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new Error(`unexpected end of ${this.#text}`);
    return token;
  }
  #skip(word: string): boolean {
    if (this.#tokens[this.#next]?.toLowerCase() !== word) return false;
    this.#next++;
    return true;
  }
  #expect(word: string): void {
    if (!this.#skip(word)) throw new Error(`expected ${word} in ${this.#text}`);
  }
}
