#!/usr/bin/env bash
# States inherit the federal Friday for a Saturday holiday, and days that their law does not have.
# Package: date-holidays 3.37.0 (npm). Law: California Government Code 6701; New York General Construction Law 24; Florida Statutes 110.117; Texas Government Code 662.003.
# You may expect: a state's calendar follows the state's law.
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
  check("US-CA", "2026-07-03", true, "open");
  check("US-NY", "2026-07-03", true, "open");
  check("US-NY", "2026-02-15", true, "open (not in section 24)");
  check("US-TX", "2026-10-12", true, "open (not in 662.003)");
  check("US-FL", "2026-06-19", true, "open (not in 110.117)");
process.exit(wrong === 0 ? 0 : 1);
JS
node look.cjs
