/** CSV as Bulk API 2.0 reads and writes it. */
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { stringify } from "csv-stringify/sync";
import { ApiError } from "../../org/errors.ts";

export const delimiters = {
  BACKQUOTE: "`",
  CARET: "^",
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  TAB: "\t",
} as const;
export const lineEndings = { LF: "\n", CRLF: "\r\n" } as const;

export interface CsvFormat {
  columnDelimiter: keyof typeof delimiters;
  lineEnding: keyof typeof lineEndings;
}

/** What a job's options say of its CSV; a comma and LF unless told. */
export function formatOf(options: Record<string, unknown>): CsvFormat {
  const { columnDelimiter = "COMMA", lineEnding = "LF", contentType = "CSV" } = options;
  if (contentType !== "CSV") throw unreadable("contentType", contentType, ["CSV"]);
  if (!isKey(delimiters, columnDelimiter))
    throw unreadable("columnDelimiter", columnDelimiter, Object.keys(delimiters));
  if (!isKey(lineEndings, lineEnding)) throw unreadable("lineEnding", lineEnding, Object.keys(lineEndings));
  return { columnDelimiter, lineEnding };
}

const isKey = <T extends object>(table: T, key: unknown): key is keyof T & string =>
  typeof key === "string" && Object.hasOwn(table, key);

export const unreadable = (name: string, value: unknown, known: string[]): ApiError =>
  new ApiError(
    400,
    "JSON_PARSER_ERROR",
    `Cannot read ${name} from VALUE_STRING value ${String(value)}. Known values: ${known.join(", ")}`,
  );

/** Whether the first line ends as the format says. A file of one line has no ending to judge. */
export function endsAsSaid(data: Buffer, { lineEnding }: CsvFormat): boolean {
  let quoted = false;
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 0x22) quoted = !quoted;
    if (data[at] === 0x0a && !quoted) return (data[at - 1] === 0x0d) === (lineEnding === "CRLF");
  }
  return true;
}

export interface CsvRow {
  cells: string[];
  /** Where the row ends in the data. */
  end: number;
}

/** Row by row, so that a large file does not hold up the org. The first row is the header. @throws on bad CSV */
export async function* readCsv(data: Buffer, format: CsvFormat): AsyncGenerator<CsvRow> {
  const parser = Readable.from(pieces(data)).pipe(
    parse({
      bom: true,
      delimiter: delimiters[format.columnDelimiter],
      record_delimiter: lineEndings[format.lineEnding],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  );
  for await (const { record, info } of parser as AsyncIterable<{
    record: string[];
    info: { bytes: number };
  }>)
    yield { cells: record, end: info.bytes };
}

function* pieces(data: Buffer): Generator<Buffer> {
  for (let from = 0; from < data.length; from += 65_536) yield data.subarray(from, from + 65_536);
}

export const writeCsv = (rows: (string | null)[][], format: CsvFormat): string =>
  stringify(rows, {
    delimiter: delimiters[format.columnDelimiter],
    record_delimiter: lineEndings[format.lineEnding],
    quoted: true,
    quoted_empty: true,
    cast: { boolean: String },
  });
