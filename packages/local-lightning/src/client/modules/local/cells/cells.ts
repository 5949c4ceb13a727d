/** A record's cells in a table: display values, with links in the first column and for lookups. */
export interface CellRecord {
  id: string;
  apiName: string;
  fields: Record<string, { value: unknown; displayValue: string | null }>;
}
export interface Cell {
  key: string;
  text: string;
  url?: string;
}

export function cellsOf(object: string, record: CellRecord, paths: string[][]): Cell[] {
  return paths.map((path, i) => {
    const key = path.join(".");
    const [head = "", ...rest] = path;
    const field = record.fields[head];
    if (rest.length > 0) {
      const parent = field?.value as CellRecord | null | undefined;
      const inner = parent?.fields[rest[0] ?? ""];
      const text = String(inner?.displayValue ?? inner?.value ?? field?.displayValue ?? "");
      const linked =
        parent && rest[0] === "Name" && /^(Account|Contact|Case|Support_\w+__c)$/.test(parent.apiName);
      return { key, text, ...(linked ? { url: `/lightning/r/${parent.apiName}/${parent.id}/view` } : {}) };
    }
    const text = String(field?.displayValue ?? field?.value ?? "");
    return {
      key,
      text,
      ...(i === 0 || head === "Subject" ? { url: `/lightning/r/${object}/${record.id}/view` } : {}),
    };
  });
}
