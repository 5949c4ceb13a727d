#!/usr/bin/env bash
# The statutory days of provinces and territories.
# Package: date-holidays 3.37.0 (npm). Law: employment standards acts of British Columbia, Manitoba, Northwest Territories, Nunavut, Ontario, Prince Edward Island and Yukon.
# You may expect: 30 September is in the data, four years after the first of these laws.
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
  check("CA-BC", "2026-09-30", false, "closed");
  check("CA-MB", "2026-09-30", false, "closed");
  check("CA-NT", "2026-09-30", false, "closed");
  check("CA-NU", "2026-07-09", false, "closed");
  check("CA-ON", "2026-04-06", true, "open");
  check("CA-PE", "2026-08-21", true, "open");
  check("CA-YT", "2026-04-06", true, "open");
process.exit(wrong === 0 ? 0 : 1);
JS
node look.cjs
