/** Filter logic such as `1 AND (2 OR NOT 3)`: balanced, and over filters that exist. */
export function booleanFilterProblem(logic: string | undefined, count: number): string | undefined {
  if (logic === undefined || logic === "") return undefined;
  const tokens = logic.match(/\d+|AND|OR|NOT|[()]|\S+/gi) ?? [];
  const bad = tokens.find((token) => !/^(\d+|AND|OR|NOT|\(|\))$/i.test(token));
  if (bad !== undefined) return `Error in the filter logic: unexpected '${bad}' in ${logic}`;
  const used = new Set(tokens.filter((token) => /^\d+$/.test(token)).map(Number));
  const outside = [...used].find((number) => number < 1 || number > count);
  if (outside !== undefined) return `The filter logic references an undefined filter: ${outside}`;
  for (let number = 1; number <= count; number += 1)
    if (!used.has(number))
      return `Some filter conditions are defined but not referenced in the filter logic: ${number}`;
  let position = 0;
  const expression = (): boolean => {
    if (!term()) return false;
    while (/^(AND|OR)$/i.test(tokens[position] ?? "")) {
      position += 1;
      if (!term()) return false;
    }
    return true;
  };
  const term = (): boolean => {
    const token = tokens[position] ?? "";
    position += 1;
    if (/^NOT$/i.test(token)) return term();
    if (token === "(") {
      if (!expression() || tokens[position] !== ")") return false;
      position += 1;
      return true;
    }
    return /^\d+$/.test(token);
  };
  return expression() && position === tokens.length ? undefined : `Error in the filter logic: ${logic}`;
}
