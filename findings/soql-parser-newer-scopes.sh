#!/usr/bin/env bash
# The parser of SOQL refuses two scopes of USING SCOPE that Salesforce documents: mine_and_my_groups and scopingRule.
# Package: @jetstreamapp/soql-parser-js 6.3.1 (npm).
# You may expect: every scope in the table of Salesforce's SOQL reference, page "USING SCOPE", is read.
# Seen: six scopes are read, these two are "Expecting token of type --> UsingScopeEnumeration".
# The script fails when the package answers differently from what we saw.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact @jetstreamapp/soql-parser-js@6.3.1
cat > look.cjs <<'JS'
const assert = require("node:assert");
const { isQueryValid } = require("@jetstreamapp/soql-parser-js");
const reads = (scope) => isQueryValid(`SELECT Id FROM ProcessInstanceWorkitem USING SCOPE ${scope}`);
const seen = {
  ...{ delegated: true, everything: true, mine: true, my_territory: true, my_team_territory: true, team: true },
  ...{ mine_and_my_groups: false, scopingRule: false },
};
const now = Object.fromEntries(Object.keys(seen).map((scope) => [scope, reads(scope)]));
console.log(now);
assert.deepStrictEqual(now, seen);
JS
node look.cjs
