/**
 * Several components of one page show the same case. One of them asks the org what is new, and the others leave the
 * asking to it.
 */
const watched = new Map<string, number>();

/** From now on this component asks for the case. Answers how to stop. */
export function watchCase(id: string): () => void {
  watched.set(id, (watched.get(id) ?? 0) + 1);
  return () => {
    const left = (watched.get(id) ?? 1) - 1;
    if (left > 0) watched.set(id, left);
    else watched.delete(id);
  };
}

/** Somebody else on the page asks for the case, and tells the record's readers what changed. */
export const isCaseWatched = (id: string): boolean => watched.has(id);
