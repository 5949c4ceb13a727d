/**
 * The service's own reasons in Spanish. The store and the log keep a reason in English, and the fleet page shows it in
 * the reader's language. `{}` stands for anything. `{+}` is a reason itself: its Spanish follows as a sentence of its own.
 * In the Spanish, `{0}` is the first of them. What another system said is left out: the page offers the whole original.
 */
export type Reason = [english: string, spanish: string];
