#!/usr/bin/env bash
# Days of Spanish communities on another date, or missing.
# Package: date-holidays 3.37.0 (npm). Law: Resolución de 17 de octubre de 2025 de la Dirección General de Trabajo, BOE-A-2025-21667 (fiestas laborales 2026).
# You may expect: the list of the official gazette.
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
  check("ES-VC", "2026-10-09", false, "closed");
  check("ES-MC", "2026-06-09", false, "closed");
  check("ES-CB", "2026-06-28", true, "open");
  check("ES-CB", "2026-07-28", false, "closed");
  check("ES-CE", "2026-05-26", true, "open");
  check("ES-CE", "2026-05-27", false, "closed");
  check("ES-GA", "2026-06-24", false, "closed");
  check("ES-CM", "2026-04-06", false, "closed");
process.exit(wrong === 0 ? 0 : 1);
JS
node look.cjs
