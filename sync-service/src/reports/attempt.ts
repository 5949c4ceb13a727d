/** Health names a clock that cannot be read or computed. One such clock must not stop a whole report or page. */
export function attempt<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch {
    return null;
  }
}
