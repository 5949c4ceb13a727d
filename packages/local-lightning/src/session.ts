import type { Caller, Org, Session } from "@compromiso/local-org";

export function callerOf(session: Session): Caller {
  return { userId: session.userId, client: session.client, api: "ui" };
}

/** The user's language, locale and time zone. */
export interface UserSettings {
  userId: string;
  name: string;
  username: string;
  language: string;
  /** A language tag of BCP 47. */
  locale: string;
  timeZone: string;
  currency: string;
}

export function settingsOf(org: Org, userId: string): UserSettings {
  const user = org.row("User", userId);
  const text = (field: string, fallback: string) => {
    const value = user?.[field];
    return typeof value === "string" && value !== "" ? value : fallback;
  };
  const language = text("LanguageLocaleKey", org.language);
  return {
    userId,
    name: text("Name", [user?.FirstName, user?.LastName].filter(Boolean).join(" ")),
    username: text("Username", ""),
    language,
    locale: text("LocaleSidKey", language).replaceAll("_", "-"),
    timeZone: text("TimeZoneSidKey", org.timeZone),
    currency: text("DefaultCurrencyIsoCode", "USD"),
  };
}
