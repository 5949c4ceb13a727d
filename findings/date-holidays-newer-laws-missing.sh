#!/usr/bin/env bash
# Days that a law of the last years added or abolished.
# Package: date-holidays 3.37.0 (npm). Law: Nicaragua Leyes 1118 and 1272; Angola Lei 11-A/18; Costa Rica Leyes 9803 and 10050; Pernambuco Lei 16.059/2017; Cuba Ley 116; Puerto Rico Ley 26-2017; El Salvador Código de Trabajo art. 190; Uruguay Ley 12.590; Cabo Verde Decreto 18/84; Guinea-Bissau Decreto 1/2023; São Tomé Lei 7/90; Acre Lei 1.538/2004; Alagoas Lei 7.530/2013; Paraíba Lei 10.601/2015; Paraná Lei 18.384/2014; Canarias Decreto 61/2025.
# You may expect: laws older than a year are in the data.
# The script fails when the package answers differently from what we saw.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact date-holidays@3.37.0
cat > look.cjs <<'JS'
const Holidays = require("date-holidays");
let wrong = 0;
/** Whether the calendar names that local date as a public holiday, beside what the law says. */
function check(calendar, date, seen, law) {
  const [country, state, region] = calendar.split("-");
  const source = new Holidays(country, state, region, { types: ["public"] });
  const list = source.getHolidays(Number(date.slice(0, 4)));
  const is = list.some((day) => day.date.startsWith(date));
  console.log(`${calendar} ${date}: ${is ? "public holiday" : "no public holiday"}; law: ${law}`);
  if (is !== seen) wrong++;
}
  check("NI", "2026-05-30", false, "closed");
  check("NI", "2026-02-02", false, "closed");
  check("NI", "2026-10-12", true, "open");
  check("AO", "2026-03-23", false, "closed");
  check("CR", "2026-12-01", false, "closed");
  check("CR", "2026-08-31", false, "closed");
  check("CR", "2026-10-09", true, "open");
  check("BR-PE", "2026-03-06", false, "closed");
  check("CU", "2026-12-31", false, "closed");
  check("BR-AC", "2026-01-12", true, "open; the day is 23 January");
  check("BR-AC", "2026-01-23", false, "closed");
  check("BR-AL", "2026-11-30", false, "closed");
  check("BR-PB", "2026-07-26", true, "open since 2015");
  check("BR-PR", "2026-12-19", true, "open since 2014");
  check("ES-CN-TE", "2026-02-02", false, "closed (Candelaria)");
  check("ES-CN-TE", "2026-09-07", true, "open");
  check("PR", "2026-04-03", false, "closed");
  check("PR", "2026-07-27", true, "open");
  check("SV", "2026-06-17", false, "closed");
  check("UY", "2026-04-02", true, "open");
  check("CV", "2026-02-17", true, "open");
  check("CV", "2026-09-12", true, "open");
  check("GW", "2026-08-03", true, "open");
  check("GW", "2026-11-14", true, "open");
  check("ST", "2027-01-04", false, "closed");
process.exit(wrong === 0 ? 0 : 1);
JS
node look.cjs
