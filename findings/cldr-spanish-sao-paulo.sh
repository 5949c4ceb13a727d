#!/usr/bin/env bash
# CLDR's Spanish translates the cities of most zones, and leaves São Paulo in Portuguese.
# Package: cldr-dates-full 48.2.0 (npm), main/es/timeZoneNames.json, also es-AR and es-419.
# Guess before the first run: "San Pablo", since London, New York and Port of Spain have Spanish names.
# Seen: Londres, Nueva York, Puerto España, La Habana, Ciudad de México, and "São Paulo".
# The script fails when the package answers differently from what we saw.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact cldr-dates-full@48.2.0
cat > look.cjs <<'JS'
const assert = require("node:assert");
for (const language of ["es", "es-AR", "es-419"]) {
  const file = require(`cldr-dates-full/main/${language}/timeZoneNames.json`);
  const { America, Europe } = file.main[language].dates.timeZoneNames.zone;
  const cities = [America.Sao_Paulo, America.New_York, America.Port_of_Spain, America.Havana, Europe.London];
  const names = cities.map(({ exemplarCity }) => exemplarCity);
  console.log(`${language}: ${names.join(", ")}`);
  assert.deepStrictEqual(names, ["São Paulo", "Nueva York", "Puerto España", "La Habana", "Londres"]);
}
console.log("CLDR 48.2.0 keeps São Paulo in Portuguese in Spanish.");
JS
node look.cjs
