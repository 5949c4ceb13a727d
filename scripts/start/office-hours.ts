// Chooses the office hours of the demonstration's Silver and Gold clients. It takes Buenos Aires, or another city if
// Buenos Aires is closed now, so that you see timers run. Each contract has its own zone, so both are ordinary clients.
import { compileCalendar, type BusinessCalendar } from "c/slaEngine";
import { holidaysFor } from "@compromiso/sync-service/holidays";

export interface Office {
  timeZone: string;
  holidays: string;
  place: string;
}

const offices: Office[] = [
  { timeZone: "America/Argentina/Buenos_Aires", holidays: "AR", place: "Buenos Aires" },
  { timeZone: "Europe/Madrid", holidays: "ES", place: "Madrid" },
  { timeZone: "America/Mexico_City", holidays: "MX", place: "Mexico City" },
  { timeZone: "America/Los_Angeles", holidays: "US", place: "Los Angeles" },
  { timeZone: "Pacific/Honolulu", holidays: "US", place: "Honolulu" },
  { timeZone: "Pacific/Auckland", holidays: "NZ", place: "Auckland" },
  { timeZone: "Asia/Tokyo", holidays: "JP", place: "Tokyo" },
];

const hour = 3_600_000;
const nineToSix: [string, string][] = [["09:00", "18:00"]];

function calendarOf({ timeZone, holidays }: Office, now: number): BusinessCalendar {
  const year = new Date(now).getUTCFullYear();
  return compileCalendar({
    timeZone,
    weekly: { mon: nineToSix, tue: nineToSix, wed: nineToSix, thu: nineToSix, fri: nineToSix },
    holidays: holidaysFor(holidays, year, year + 1),
  });
}

/** The first office that stays open for the next hour. At weekends it is Buenos Aires. */
export function officeOpenNow(now: number): Office {
  const open = offices.find((office) => {
    const calendar = calendarOf(office, now);
    return calendar.isOpen(now) && calendar.isOpen(now + hour);
  });
  return open ?? offices[0]!;
}

/** The instant (ms) at which an office opens next, or `now` if it is open. */
export function opensAt(place: string, now: number): number {
  return calendarOf(offices.find((office) => office.place === place) ?? offices[0]!, now).nextOpening(now);
}
