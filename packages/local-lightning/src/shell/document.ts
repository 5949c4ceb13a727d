import type { AppModel } from "./apps.ts";
import type { UserSettings } from "../session.ts";

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
/** Writes JSON for a script element. It escapes the one sequence that could end the element. */
const inline = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");

export interface Boot {
  user: UserSettings;
  org: { id: string; name: string };
  app: AppModel;
  apps: unknown[];
  languages: { value: string; label: string }[];
  words: Record<string, string>;
  permissions: string[];
}

/** The only HTML document of Lightning. All further code comes as modules. */
export function lightningDocument(boot: Boot, importMap: unknown, preloads: string[]): string {
  const lang = boot.user.language.replaceAll("_", "-");
  return `<!doctype html>
<html lang="${escapeHtml(lang)}" class="slds-scope">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(boot.app.label)} | Salesforce</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_slds/styles/salesforce-lightning-design-system.min.css">
<link rel="stylesheet" href="/lightning/shell.css">
<script type="importmap">${inline(importMap)}</script>
${preloads.map((url) => `<link rel="modulepreload" href="${escapeHtml(url)}">`).join("\n")}
<script>window.lightningBoot = ${inline(boot)};</script>
</head>
<body class="desktop">
<div id="app"><div class="local-starting" role="status"><div class="slds-spinner_container"><div class="slds-spinner slds-spinner_medium slds-spinner_brand"><span class="slds-assistive-text">Loading</span><div class="slds-spinner__dot-a"></div><div class="slds-spinner__dot-b"></div></div></div></div></div>
<script type="module">
import "@lwc/synthetic-shadow";
import { start } from "local/main";
start(document.getElementById("app"));
</script>
</body>
</html>`;
}

export interface LoginUser {
  id: string;
  name: string;
  username: string;
  roles: string;
}

/** The page on which you choose a user. It needs no password, because the org runs on your own machine. */
export function loginDocument(orgName: string, users: LoginUser[], retUrl: string): string {
  const rows = users
    .map(
      (user) => `<li class="slds-item"><form method="post" action="/local/login">
<input type="hidden" name="userId" value="${escapeHtml(user.id)}"><input type="hidden" name="retURL" value="${escapeHtml(retUrl)}">
<button type="submit" class="slds-button local-user"><span class="slds-avatar slds-avatar_circle slds-avatar_medium"><abbr class="slds-avatar__initials slds-icon-standard-user" aria-hidden="true">${escapeHtml(initials(user.name))}</abbr></span>
<span class="local-user-name">${escapeHtml(user.name)}</span><span class="local-user-detail">${escapeHtml(user.username)}${user.roles ? ` · ${escapeHtml(user.roles)}` : ""}</span></button></form></li>`,
    )
    .join("\n");
  return `<!doctype html>
<html lang="en" class="slds-scope">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in | ${escapeHtml(orgName)}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/_slds/styles/salesforce-lightning-design-system.min.css">
<link rel="stylesheet" href="/lightning/shell.css"></head>
<body class="local-login"><main class="local-login-card">
<h1 class="slds-text-heading_large">${escapeHtml(orgName)}</h1>
<p class="slds-text-color_weak slds-m-bottom_medium">A local org. Choose who to log in as.</p>
<ul class="slds-has-dividers_bottom-space">${rows}</ul></main></body></html>`;
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((part) => part[0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
}
