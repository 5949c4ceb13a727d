#!/usr/bin/env bash
# Veterans Day 2028 is a Saturday, and its Friday is typed `bank`, while the other six moving days are `public`.
# Package: date-holidays 3.37.0 (npm). Law: 5 U.S.C. 6103(b): a holiday on a Saturday is observed on the Friday before.
# You may expect: all federal holidays move alike.
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
  check("US", "2028-11-11", true, "closed (a Saturday)");
  check("US", "2028-11-10", false, "closed");
  check("US", "2026-07-03", true, "closed");
process.exit(wrong === 0 ? 0 : 1);
JS
node look.cjs
