/** A function of a text that costs much and always gives the same: its last results are kept. */
export function remembered<Result>(most: number, of: (text: string) => Result): (text: string) => Result {
  const kept = new Map<string, Result>();
  return (text) => {
    if (kept.has(text)) return kept.get(text)!;
    const result = of(text);
    if (kept.size >= most) kept.clear();
    kept.set(text, result);
    return result;
  };
}
