// Which office hours the demonstration's Silver and Gold clients keep: Buenos Aires, unless it is closed there
// just now, since a newcomer should see timers run. Contracts carry their own zone, so that is an ordinary client.
import { compileCalendar } from "c/slaEngine";
import { holidaysFor } from "../../sync-service/src/orgs/holidays.ts";

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
  { timeZone: "Pacific/Auckland", holidays: "NZ", place: "Auckland" },
  { timeZone: "Asia/Tokyo", holidays: "JP", place: "Tokyo" },
];

const hour = 3_600_000;

/** The first office that is open now and for another hour, or Buenos Aires at weekends. */
export function officeOpenNow(now: number): Office {
  const open = offices.find(({ timeZone, holidays }) => {
    const nineToSix: [string, string][] = [["09:00", "18:00"]];
    const week = { mon: nineToSix, tue: nineToSix, wed: nineToSix, thu: nineToSix, fri: nineToSix };
    const year = new Date(now).getUTCFullYear();
    const calendar = compileCalendar({ timeZone, weekly: week, holidays: holidaysFor(holidays, year, year) });
    return calendar.isOpen(now) && calendar.isOpen(now + hour);
  });
  return open ?? offices[0]!;
}
