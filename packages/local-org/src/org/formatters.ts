/**
 * Intl's formatters, each made once: one takes tens of kilobytes outside of the heap that the garbage collector looks
 * at, so that a page of records would cost gigabytes.
 */
const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

export const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept(dates, [locale, options], () => new Intl.DateTimeFormat(locale, options));

export const numberFormat = (locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  kept(numbers, [locale, options], () => new Intl.NumberFormat(locale, options));

function kept<T>(known: Map<string, T>, by: unknown, make: () => T): T {
  const key = JSON.stringify(by);
  let formatter = known.get(key);
  if (formatter === undefined) known.set(key, (formatter = make()));
  return formatter;
}
