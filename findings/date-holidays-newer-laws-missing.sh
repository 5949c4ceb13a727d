#!/usr/bin/env bash
# Days that a law of the last years added or abolished.
# Package: date-holidays 3.37.0 (npm). Law: Nicaragua Leyes 1118 and 1272; Angola Lei 11-A/18; Costa Rica Leyes 9803 and 10050; Pernambuco Lei 16.059/2017; Cuba Ley 116; Puerto Rico Ley 26-2017; El Salvador Código de Trabajo art. 190; Uruguay Ley 12.590; Cabo Verde Decreto 18/84; Guinea-Bissau Decreto 1/2023; São Tomé Lei 7/90.
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
