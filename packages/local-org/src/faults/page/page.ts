/** The page behind `/_local/faults`: written once by the server, kept up to date by faults.js from the admin API. */
import type { Org } from "../../org/types.ts";
import { SETTINGS, type Setting } from "../settings.ts";

export function faultsPage(org: Org): string {
  const name = escape(org.name);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Faults · ${name}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/_local/faults/faults.css" />
    <script type="module" src="/_local/faults/faults.js"></script>
  </head>
  <body>
    <header class="page-header">
      <span class="page-icon" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M13 2 4 14h6l-1 8 9-12h-6z" /></svg></span>
      <div class="page-title">
        <p>Local org · ${name}</p>
        <h1>Faults</h1>
      </div>
      <p class="status" id="status" role="status">Loading…</p>
      <button type="button" class="button brand" id="reset">Back to normal</button>
    </header>
    <p id="said" class="said" role="status" aria-live="polite" hidden></p>
    <main>
      ${card(
        "Streams",
        "What subscribers of Pub/Sub and CometD see.",
        settings("Streams") +
          action(
            "drop-streams",
            "Cut every open stream, as a broken network would.",
            "",
            "Drop all streams",
            "destructive",
          ) +
          action(
            "delete-channel",
            "An admin deletes the custom channel.",
            field("Channel", `<select name="channel" data-from="channels" required></select>`),
            "Delete channel",
            "destructive",
          ),
      )}
      ${card("Next events", "Set how many of the next change events go wrong.", settings("Next events"))}
      ${card(
        "Calls and limits",
        "What REST, SOAP and UI API clients see.",
        settings("Calls") +
          action(
            "fail-calls",
            "The next calls whose method and path hold this text fail.",
            field(
              "Method and path hold",
              `<input name="match" required placeholder="PATCH /services/data" />`,
            ) +
              field(
                "Answer",
                `<select name="answer">
                  <option value="503 SERVER_UNAVAILABLE">503 SERVER_UNAVAILABLE</option>
                  <option value="500 UNKNOWN_EXCEPTION">500 UNKNOWN_EXCEPTION</option>
                  <option value="403 REQUEST_LIMIT_EXCEEDED">403 REQUEST_LIMIT_EXCEEDED</option>
                  <option value="401 INVALID_SESSION_ID">401 INVALID_SESSION_ID</option>
                  <option value="400 UNABLE_TO_LOCK_ROW">400 UNABLE_TO_LOCK_ROW</option>
                </select>`,
              ) +
              field("Times", number("times", 1, 1)),
            "Fail calls",
          ) +
          action(
            "lose-answers",
            "The next calls are carried out, but nobody hears the answer.",
            field(
              "Method and path hold",
              `<input name="match" required placeholder="PATCH /services/data" />`,
            ) + field("Times", number("times", 1, 1)),
            "Lose answers",
          ) +
          action(
            "hang-calls",
            "The next calls are never answered.",
            field(
              "Method and path hold",
              `<input name="match" required placeholder="GET /services/data" />`,
            ) + field("Times", number("times", 1, 1)),
            "Leave unanswered",
          ) +
          action(
            "api-limit",
            "API requests of the day.",
            field("Used", number("used", 0)) + field("Of", number("max", 0)),
            "Set",
            "neutral",
            `data-limit="apiRequests"`,
          ) +
          action(
            "delivered-limit",
            "Delivered events of the rolling day.",
            field("Used", number("used", 0)) + field("Of", number("max", 0)),
            "Set",
            "neutral",
            `data-limit="deliveredEvents"`,
          ),
      )}
      ${card(
        "Users and sessions",
        "What happens to the integration’s user.",
        action(
          "expire-tokens",
          "Every client has to sign in again.",
          "",
          "Expire all tokens",
          "destructive",
        ) +
          action(
            "user",
            "A deactivated user is signed out and cannot sign in.",
            field("User", `<select name="username" data-from="users" required></select>`) +
              field(
                "Make",
                `<select name="isActive">
                  <option value="false">inactive</option>
                  <option value="true">active</option>
                </select>`,
              ),
            "Apply",
          ) +
          action(
            "freeze",
            "A frozen user cannot sign in; its open sessions go on.",
            field("User", `<select name="username" data-from="users" required></select>`) +
              field(
                "Make",
                `<select name="isFrozen">
                  <option value="true">frozen</option>
                  <option value="false">not frozen</option>
                </select>`,
              ),
            "Apply",
          ),
      )}
      ${card(
        "Records",
        "Ids separated by commas or spaces.",
        action(
          "lock-rows",
          "Updates answer UNABLE_TO_LOCK_ROW.",
          field("Record ids", ids("ids")) + field("Times", number("times", 1, 1)),
          "Lock rows",
        ) +
          action(
            "hard-delete",
            "Deleted, and no event tells of it.",
            field("Object", objectName()) + field("Record ids", ids("ids")),
            "Hard delete",
            "destructive",
          ) +
          action(
            "merge",
            "An update and deletions, unmarked.",
            field("Object", objectName()) +
              field("Master id", ids("masterId")) +
              field("Merged ids", ids("loserIds")),
            "Merge",
          ) +
          action(
            "undelete",
            "Back from the recycle bin.",
            field("Object", objectName()) + field("Record ids", ids("ids")),
            "Undelete",
          ),
      )}
      ${card("Clock", `The org’s time: <output id="clock">–</output>`, settings("Clock"))}
    </main>
  </body>
</html>
`;
}

function card(title: string, text: string, body: string): string {
  return `<section class="card" aria-label="${title}"><h2>${title}</h2><p class="hint">${text}</p>${body}</section>`;
}

/** Units a person thinks in; the admin API's own are ms. */
const SHOWN: Record<string, { unit: string; scale: number }> = {
  retention: { unit: "minutes", scale: 60_000 },
  clockOffset: { unit: "minutes", scale: 60_000 },
};

function settings(group: Setting["group"]): string {
  return SETTINGS.filter((setting) => setting.group === group)
    .map((setting) => {
      const id = setting.path.replace(".", "-");
      const described = `aria-describedby="${id}-help"`;
      const help = `<small id="${id}-help">${setting.help}</small>`;
      if (setting.kind === "switch") {
        return `<div class="setting switch">
          <input type="checkbox" role="switch" id="${id}" data-path="${setting.path}" ${described} />
          <label for="${id}">${setting.label}</label>${help}</div>`;
      }
      const { unit, scale } = SHOWN[setting.path] ?? { unit: setting.unit, scale: 1 };
      return `<div class="setting">
        <label for="${id}">${setting.label}</label>
        <span class="with-unit"><input type="number" id="${id}" data-path="${setting.path}" data-scale="${scale}"
          min="${setting.min / scale}" max="${setting.max / scale}" step="${scale === 1 ? 1 : "any"}" ${described} />
          <span>${unit}</span></span>${help}</div>`;
    })
    .join("");
}

function action(
  name: string,
  help: string,
  fields: string,
  button: string,
  look = "neutral",
  attributes = "",
): string {
  return `<form class="action" data-action="${name}" ${attributes}>
    <p>${help}</p>
    <div class="fields">${fields}<button class="button ${look}">${button}</button></div>
  </form>`;
}

function field(label: string, control: string): string {
  return `<label class="field"><span>${label}</span>${control}</label>`;
}

function number(name: string, min: number, value?: number): string {
  return `<input type="number" name="${name}" min="${min}" ${value === undefined ? "" : `value="${value}"`} required />`;
}

function ids(name: string): string {
  return `<input name="${name}" required autocomplete="off" spellcheck="false" placeholder="500…" />`;
}

function objectName(): string {
  return `<input name="object" value="Case" required autocomplete="off" spellcheck="false" />`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
