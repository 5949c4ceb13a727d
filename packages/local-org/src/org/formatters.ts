/**
 * Makes each of Intl's formatters only once. One takes tens of kilobytes outside the heap, where the garbage collector
 * does not see them. Without the cache, a page of records would need gigabytes.
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
