import type { UserSettings } from "../session.ts";

/** `@salesforce/i18n/*` for a user: the platform's keys, with values from the runtime's CLDR data. */
export function i18nOf(settings: UserSettings): Record<string, unknown> {
  const { locale, timeZone, currency, language } = settings;
  const number = new Intl.NumberFormat(locale, { useGrouping: true, minimumFractionDigits: 1 });
  const part = (type: string, fallback: string) =>
    number.formatToParts(-1234567.5).find((p) => p.type === type)?.value ?? fallback;
  const symbol =
    new Intl.NumberFormat(locale, { style: "currency", currency })
      .formatToParts(1)
      .find((p) => p.type === "currency")?.value ?? "$";
  return {
    lang: language.replaceAll("_", "-"),
    dir: /^(ar|he|iw|fa|ur)/.test(language) ? "rtl" : "ltr",
    locale,
    timeZone,
    currency,
    firstDayOfWeek: firstDayOfWeek(locale),
    "dateTime.shortDateFormat": pattern(locale, { dateStyle: "short" }),
    "dateTime.mediumDateFormat": pattern(locale, { dateStyle: "medium" }),
    "dateTime.longDateFormat": pattern(locale, { dateStyle: "long" }),
    "dateTime.shortDateTimeFormat": pattern(locale, { dateStyle: "short", timeStyle: "short" }),
    "dateTime.mediumDateTimeFormat": pattern(locale, { dateStyle: "medium", timeStyle: "medium" }),
    "dateTime.longDateTimeFormat": pattern(locale, { dateStyle: "long", timeStyle: "long" }),
    "dateTime.shortTimeFormat": pattern(locale, { timeStyle: "short" }),
    "dateTime.mediumTimeFormat": pattern(locale, { timeStyle: "medium" }),
    "number.numberFormat": "#,##0.###",
    "number.percentFormat": "#,##0%",
    "number.currencyFormat": "¤#,##0.00",
    "number.currencySymbol": symbol,
    "number.groupingSeparator": part("group", ","),
    "number.decimalSeparator": part("decimal", "."),
    "number.minusSign": part("minusSign", "-"),
    "number.plusSign": "+",
    "number.percentSign": "%",
    "number.perMilleSign": "‰",
    "number.exponentialSign": "E",
    "number.superscriptingExponentSign": "×",
    "number.infinity": "∞",
    "number.nan": "NaN",
    calendarData: calendarData(locale),
  };
}

function firstDayOfWeek(locale: string): number {
  const info = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number } };
  return (info.getWeekInfo?.().firstDay ?? 7) === 7 ? 1 : (info.getWeekInfo?.().firstDay ?? 0) + 1;
}

/** Finds a CLDR pattern from the way in which a known instant is written. */
function pattern(locale: string, options: Intl.DateTimeFormatOptions): string {
  const instant = new Date(Date.UTC(2001, 2, 4, 15, 6, 7));
  const formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const twelve = formatter.resolvedOptions().hour12 === true;
  return formatter
    .formatToParts(instant)
    .map(({ type, value }) => {
      switch (type) {
        case "year":
          return "yyyy";
        case "month":
          return /^\d+$/.test(value) ? "M".repeat(value.length) : value.length > 4 ? "MMMM" : "MMM";
        case "day":
          return "d".repeat(value.length);
        case "weekday":
          return "EEEE";
        case "hour":
          return (twelve ? "h" : "H").repeat(value.length === 2 && !twelve ? 2 : 1);
        case "minute":
          return "mm";
        case "second":
          return "ss";
        case "dayPeriod":
          return "a";
        case "timeZoneName":
          return "z";
        default:
          return /[a-zA-Z]/.test(value) ? value.replaceAll(/[a-zA-Z]+/g, (word) => `'${word}'`) : value;
      }
    })
    .join("");
}

/** The names of months and days, in the form of CLDR's calendar data. */
function calendarData(locale: string): unknown {
  const name = (date: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(date);
  type Width = "long" | "short" | "narrow";
  const days = (weekday: Width) =>
    Object.fromEntries(
      ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].map((key, i) => [
        key,
        name(new Date(Date.UTC(2001, 0, 7 + i)), { weekday }),
      ]),
    );
  const months = (month: Width) =>
    Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [String(i + 1), name(new Date(Date.UTC(2001, i, 1)), { month })]),
    );
  const widths = (of: (width: Width) => Record<string, string>) => ({
    abbreviated: of("short"),
    narrow: of("narrow"),
    short: of("short"),
    wide: of("long"),
  });
  const both = (of: (width: Width) => Record<string, string>) => ({
    format: widths(of),
    "stand-alone": widths(of),
  });
  const periods = () => ({ am: "AM", pm: "PM" });
  return {
    gregorian: {
      days: both(days),
      months: both(months),
      dayPeriods: both(periods),
      eras: {
        eraNames: { "0": "Before Christ", "1": "Anno Domini" },
        eraAbbr: { "0": "BC", "1": "AD" },
        eraNarrow: { "0": "B", "1": "A" },
      },
    },
  };
}
