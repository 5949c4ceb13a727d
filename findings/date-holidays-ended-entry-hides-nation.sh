#!/usr/bin/env bash
# An entry of a state that has ended hides the nation's own entry for the same date.
# Package: date-holidays 3.37.0 (npm). Law: Lei 14.759/2023 (Brazil): 20 November is a national holiday.
# You may expect: a more exact calendar has at least the nation's days.
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
  check("BR", "2026-11-20", true, "closed");
  check("BR-SP", "2026-11-20", false, "closed");
  check("BR-RJ", "2026-11-20", false, "closed");
  check("BR-MT", "2026-11-20", false, "closed");
  check("BR-MG", "2026-11-20", true, "closed");
process.exit(wrong === 0 ? 0 : 1);
JS
node look.cjs
