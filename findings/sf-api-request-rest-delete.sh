#!/usr/bin/env bash
# `sf api request rest … --method DELETE` sends nothing: it asks for a body, which a DELETE of a record has not.
# Package: @salesforce/plugin-api 2.0.9 (npm), a part of the sf CLI 2.150.6.
# You may expect: the request is sent. Its help lists DELETE, and marks --body and --file as optional.
# Seen: "No 'mode' found in 'body' entry", before any request. GET works; DELETE works with --body '{}'.
# The script fails when the package answers differently from what we saw.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact @salesforce/plugin-api@2.0.9 node@24.21.0
npm rebuild --silent node # the plugin needs Node 22 or later
cat > look.mjs <<'JS'
import { createServer } from "node:http";
import { AuthInfo } from "@salesforce/core";
import { Rest } from "./node_modules/@salesforce/plugin-api/lib/commands/api/request/rest.js";

// a server that takes every request, and remembers those for the record
const path = "/services/data/v66.0/sobjects/Account/001000000000001AAA";
const seen = [];
const server = createServer((request, response) => {
  if (request.url.includes("001000000000001")) seen.push(request.method);
  response.setHeader("content-type", "application/json");
  response.end(request.url.endsWith("/services/data") ? '[{"version":"66.0"}]' : "{}");
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const instanceUrl = `http://127.0.0.1:${server.address().port}`;
const username = "00D000000000001AAA!token";
const login = await AuthInfo.create({ username, accessTokenOptions: { accessToken: username, instanceUrl } });
await login.save({ username: "ada@example.com", orgId: "00D000000000001AAA", instanceUrl, accessToken: username });

async function said(...more) {
  const before = seen.length;
  try {
    await Rest.run([path, "--target-org", "ada@example.com", ...more], import.meta.dirname);
    return `sent ${seen.slice(before).join()}`;
  } catch (error) {
    return `${error.message} (sent ${seen.length - before})`;
  }
}
const answers = [
  await said(),
  await said("--method", "DELETE"),
  await said("--method", "DELETE", "--body", "{}"),
];
console.log(answers.join("\n"));
const expected = ["sent GET", "No 'mode' found in 'body' entry (sent 0)", "sent DELETE"];
process.exit(answers.join("\n") === expected.join("\n") ? 0 : 1);
JS
export HOME="$folder" SF_DISABLE_TELEMETRY=true SF_USE_GENERIC_UNIX_KEYCHAIN=true SF_DISABLE_LOG_FILE=true
export SF_DNS_TIMEOUT=1 SF_DOMAIN_RETRY=0
./node_modules/.bin/node --disable-warning=ExperimentalWarning look.mjs
