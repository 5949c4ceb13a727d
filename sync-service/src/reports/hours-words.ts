import type { PolicyCalendar, Text } from "c/slaEngine";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const names: Record<"es" | "en", Record<(typeof days)[number], string>> = {
  es: { mon: "lun", tue: "mar", wed: "mié", thu: "jue", fri: "vie", sat: "sáb", sun: "dom" },
  en: { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" },
};

/** `lun a vie 09:00–18:00, sáb 09:00–13:00`; days with the same hours stand together. */
export function hoursInWords({ alwaysOpen, weekly }: PolicyCalendar): Text {
  if (alwaysOpen) return { es: "todos los días, las 24 horas", en: "every day, around the clock" };
  const groups: { from: number; to: number; hours: string }[] = [];
  for (const [at, day] of days.entries()) {
    const hours = (weekly[day] ?? []).map(([from, to]) => `${from}–${to}`).join(", ");
    const last = groups.at(-1);
    if (last !== undefined && last.hours === hours) last.to = at;
    else groups.push({ from: at, to: at, hours });
  }
  const open = groups.filter(({ hours }) => hours !== "");
  const say = (language: "es" | "en", to: string) =>
    open
      .map(({ from, to: until, hours }) => {
        const [first, last] = [names[language][days[from]!], names[language][days[until]!]];
        return `${from === until ? first : `${first} ${to} ${last}`} ${hours}`;
      })
      .join("; ");
  return open.length === 0
    ? { es: "sin cobertura", en: "no coverage" }
    : { es: say("es", "a"), en: say("en", "to") };
}
