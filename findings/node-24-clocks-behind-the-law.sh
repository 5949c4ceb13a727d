#!/usr/bin/env bash
# Node 24.21.0 is an hour off in Winnipeg, Rainy River, Inuvik and Havana in December 2026, by the law that moment-timezone carries.
# Packages: node 24.21.0 (npm; its Intl has tz 2026c) and moment-timezone 0.6.6 (npm; tz 2026f). Law: the tz database's NEWS for
# 2026d (Northwest Territories), 2026e (Manitoba, north-western Ontario) and 2026f (Cuba).
# You may expect: a runtime that is newer than the announcement of a law knows it.
# The script fails when either answers differently from what we saw.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@24.21.0 moment-timezone@0.6.6
cat > look.cjs <<'JS'
const assert = require("node:assert");
const moment = require("moment-timezone");
const at = Date.UTC(2026, 11, 15, 18);
const hour = (timeZone) =>
  Number(new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", hourCycle: "h23" }).format(at));
const zones = ["America/Winnipeg", "America/Rainy_River", "America/Inuvik", "America/Havana", "America/Chicago"];
const seen = zones.map((zone) => [zone, hour(zone), moment.tz(at, zone).hour()]);
console.log(process.version, process.versions.tz, moment.tz.dataVersion);
for (const [zone, runtime, law] of seen) console.log(`${zone}: Intl ${runtime}:00, tz 2026f ${law}:00`);
assert.deepStrictEqual(seen, [
  ["America/Winnipeg", 12, 13],
  ["America/Rainy_River", 12, 13],
  ["America/Inuvik", 11, 12],
  ["America/Havana", 13, 14],
  ["America/Chicago", 12, 12],
]);
JS
node_modules/.bin/node look.cjs
