#!/usr/bin/env bash
# Rules that move a holiday follow an older law, or move days that the law leaves.
# Package: date-holidays 3.37.0 (npm). Law: Dominican Republic Ley 139-97; Guatemala Decreto 19-2018; Ecuador Código del Trabajo art. 65; Honduras Decretos 50-2003 and 78-2015; Bolivia Decreto Supremo 5521.
# You may expect: the package moves days as the laws in force say.
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
  check("DO", "2027-11-06", false, "Saturday stays: closed");
  check("DO", "2027-11-08", true, "open");
  check("GT", "2027-06-28", false, "closed (Wednesday moves to the Monday before)");
  check("GT", "2027-07-02", true, "open");
  check("EC", "2027-04-30", false, "closed (Saturday moves to Friday)");
  check("EC", "2026-09-10", true, "open; the day is 9 October");
  check("EC", "2026-10-09", false, "closed");
  check("HN", "2026-10-07", false, "closed (Semana Moraz\u00e1nica)");
  check("HN", "2026-10-21", true, "open");
  check("HN", "2026-04-20", false, "closed (14 April moves to Monday)");
  check("BO", "2026-01-23", false, "closed (moved from 22 January)");
process.exit(wrong === 0 ? 0 : 1);
JS
node look.cjs
