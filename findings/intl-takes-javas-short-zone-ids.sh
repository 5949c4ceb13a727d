#!/usr/bin/env bash
# Intl takes Java's old three-letter ids as time zones, and some are not the place that their letters name elsewhere.
# Runtime: Node 24.21.0 (npm package node), ICU 78.3.
# Seen: ART is Cairo (not Argentina), AST Anchorage (not the Caribbean), ECT Paris (not Ecuador), CAT Maputo, ACT Darwin
# (not Acre), CNT St. John's (not China), MIT Apia. BRT, PET, COT and CLT are refused. No name that it takes is in
# the tz database.
# The script fails when Node answers differently from what we saw.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@24.21.0
cat > look.cjs <<'JS'
const assert = require("node:assert");
const zone = (timeZone) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "refused";
  }
};
const seen = {
  ...{ ART: "Africa/Cairo", AST: "America/Anchorage", ECT: "Europe/Paris", CAT: "Africa/Maputo" },
  ...{ ACT: "Australia/Darwin", CNT: "America/St_Johns", MIT: "Pacific/Apia" },
  ...{ BRT: "refused", PET: "refused", COT: "refused", CLT: "refused" },
};
const now = Object.fromEntries(Object.keys(seen).map((id) => [id, zone(id)]));
console.log(process.version, process.versions.icu, now);
assert.deepStrictEqual(now, seen);
JS
node_modules/.bin/node look.cjs
