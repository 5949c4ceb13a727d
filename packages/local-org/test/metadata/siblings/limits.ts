/** What limits, switches and names refuse: the same rules at their edges, one case on each side. */
import {
  accept,
  bundle,
  Card,
  field,
  reject,
  text,
  thing,
  xml,
  type Case,
  type Files,
} from "../components.ts";

const cases: Case[] = [];
const a = (id: string, f: Files): void => void cases.push(accept(id, id, f));
const r = (id: string, f: Files, ...m: string[]): void => void cases.push(reject(id, id, f, ...m));
const many = (count: number, one: (n: number) => Files): Files =>
  Object.assign({}, ...Array.from({ length: count }, (_, n) => one(n + 1))) as Files;

// field history: 20 fields of an object, of which a fresh org spends 11 on Case
const tracked = (object: string) => (n: number) =>
  field(
    `Note_${n}__c`,
    `<label>Note ${n}</label><length>80</length><trackHistory>true</trackHistory><type>Text</type>`,
    object,
  );
const tooMany = "exceeded the allowed number of fields to track on a given entity";
const withHistory = thing("<enableHistory>true</enableHistory>");
a("hist-20", { ...withHistory, ...many(20, tracked("Thing__c")) });
r("hist-21", { ...withHistory, ...many(21, tracked("Thing__c")) }, tooMany);
a("hist-case-9", many(9, tracked("Case")));
r("hist-case-10", many(10, tracked("Case")), tooMany);
a("hist-account-20", many(20, tracked("Account")));
r("hist-account-21", many(21, tracked("Account")), tooMany);
a("hist-case-standard-again", {
  ...many(9, tracked("Case")),
  ...field("Status", "<trackHistory>true</trackHistory><type>Picklist</type>", "Case"),
});
r(
  "hist-case-standard-more",
  {
    ...many(9, tracked("Case")),
    ...field("Description", "<trackHistory>true</trackHistory>", "Case"),
  },
  tooMany,
);
a("hist-case-standard-less", {
  ...many(10, tracked("Case")),
  ...field("Status", "<trackHistory>false</trackHistory><type>Picklist</type>", "Case"),
});
const trackedName = thing("<enableHistory>true</enableHistory>");
const [path = ""] = Object.keys(trackedName);
r(
  "hist-name-21",
  {
    [path]: (trackedName[path] ?? "").replace(
      "<type>Text</type>",
      "<trackHistory>true</trackHistory><type>Text</type>",
    ),
    ...many(20, tracked("Thing__c")),
  },
  tooMany,
);

// change data capture: five entities, however many channels
const channel = (name: string, type = "data"): Files => ({
  [`platformEventChannels/${name}.platformEventChannel-meta.xml`]: xml(
    "PlatformEventChannel",
    `<channelType>${type}</channelType><label>${name}</label>`,
  ),
});
const member = (
  entity: string,
  on = "ChangeEvents",
  name = `${on.replace("__", "_")}_${entity.replace("__", "_")}`,
) => ({
  [`platformEventChannelMembers/${name}.platformEventChannelMember-meta.xml`]: xml(
    "PlatformEventChannelMember",
    `<eventChannel>${on}</eventChannel><selectedEntity>${entity}</selectedEntity>`,
  ),
});
const five = ["Account", "Contact", "Opportunity", "Lead", "Case"].map((name) => `${name}ChangeEvent`);
const all = (entities: string[], on?: string): Files =>
  Object.assign({}, ...entities.map((entity) => member(entity, on))) as Files;
a("cdc-five", all(five));
r("cdc-six", all([...five, "TaskChangeEvent"]), "TaskChangeEvent");
r("cdc-six-custom", { ...thing(), ...all([...five, "Thing__ChangeEvent"]) }, "Thing__ChangeEvent");
a("cdc-five-on-two-channels", { ...channel("Sync__chn"), ...all(five), ...all(five, "Sync__chn") });
r("cdc-six-over-two-channels", {
  ...channel("Sync__chn"),
  ...all(five),
  ...all(["TaskChangeEvent"], "Sync__chn"),
});
r(
  "cdc-twice-on-a-channel",
  { ...member("CaseChangeEvent"), ...member("CaseChangeEvent", "ChangeEvents", "Another") },
  "duplicate_value",
);

// names: an inner double underscore is a namespace, for every type
const namespaced = "cannot create a new component with the namespace: ";
for (const name of ["Thing__ChangeEvent", "Account__ChangeEvent", "Thing__c", "Sync__chn"])
  r(
    "name-member-" + name,
    { ...thing(), ...channel("Sync__chn"), ...member("AccountChangeEvent", "ChangeEvents", name) },
    namespaced + (name.split("__")[0] ?? "").toLowerCase(),
  );
const permissionSet = (name: string): Files => ({
  [`permissionsets/${name}.permissionset-meta.xml`]: xml("PermissionSet", "<label>A</label>"),
});
for (const name of ["Thing__c", "My__Set", "Case__History", "A__Share", "A__e"])
  r(
    "name-permission-set-" + name,
    permissionSet(name),
    namespaced + (name.split("__")[0] ?? "").toLowerCase(),
  );
r("name-queue", { "queues/Help__x.queue-meta.xml": xml("Queue", "<name>Help</name>") }, namespaced + "help");
r(
  "name-report-type",
  {
    "reportTypes/Thing__c.reportType-meta.xml": xml(
      "ReportType",
      "<baseObject>Account</baseObject><category>other</category><deployed>true</deployed><label>A</label>",
    ),
  },
  namespaced + "thing",
);
r("name-field-share", { ...thing(), ...text("Note__Share") });
r("name-object-history", {
  "objects/Thing__History/Thing__History.object-meta.xml":
    thing()["objects/Thing__c/Thing__c.object-meta.xml"] ?? "",
});
r("name-channel", { ...channel("Sync") }, "invalid channel name");
r("name-channel-c", channel("Sync__c"), "namespace: sync");

// translations
const translation = (language: string): Files => ({
  [`translations/${language}.translation-meta.xml`]: xml("Translations", ""),
});
const objectTranslation = (language: string, object = "Case"): Files => ({
  [`objectTranslations/${object}-${language}/${object}-${language}.objectTranslation-meta.xml`]: xml(
    "CustomObjectTranslation",
    "",
  ),
});
for (const language of ["de", "es", "es_MX"])
  a("tr-" + language, { ...translation(language), ...objectTranslation(language) });
for (const language of ["fr", "pt_BR", "ja", "it", "zh_CN"]) {
  r("tr-inactive-" + language, translation(language), "not available for deploy for this organization");
  r("ot-inactive-" + language, objectTranslation(language), "not available for deploy for this organization");
  r(
    "ot-inactive-thing-" + language,
    { ...thing(), ...objectTranslation(language, "Thing__c") },
    "not available for deploy for this organization",
  );
}

// component bundles
const meta = xml("LightningComponentBundle", "<apiVersion>62.0</apiVersion><isExposed>false</isExposed>");
const files = (...names: string[]): Files => ({
  "lwc/card/card.js-meta.xml": meta,
  ...Object.fromEntries(
    names.map((name) => [
      `lwc/card/${name}`,
      name.endsWith(".css")
        ? "p { color: red; }\n"
        : name.endsWith(".html")
          ? "<template><p>hi</p></template>\n"
          : "import { LightningElement } from 'lwc';\nexport default class Card extends LightningElement {}\n",
    ]),
  ),
});
const styleOnly = "invalid file found for a css only module - ";
a("lwc-js-only", files("card.js"));
a("lwc-css-only", files("card.css"));
r("lwc-html-only", files("card.html"), styleOnly + "card.html");
r("lwc-html-css", files("card.html", "card.css"), styleOnly + "card.html");
r("lwc-ts-html", files("card.ts", "card.html"), styleOnly + "card.html");
r("lwc-ts-css", files("card.ts", "card.css"), styleOnly + "card.ts");
r("lwc-ts-only", files("card.ts"), "no base file for markup://c:card");
r("lwc-helper-only", files("helper.js"), "no base file for markup://c:card");
r(
  "lwc-css-meta",
  {
    "lwc/card/card.css": "p { color: red; }\n",
    "lwc/card/card.css-meta.xml": meta,
  },
  "invalid meta-xml name: lwc/card/card.css-meta.xml, should end with js-meta.xml",
);
r(
  "lwc-empty-css",
  { ...bundle(Card), "lwc/card/card.css": "" },
  "lightning component resource [lwc/card/card.css] for lightning component bundle card cannot be empty",
);

// external client apps
const app: Files = {
  "externalClientApps/Sync.eca-meta.xml": xml(
    "ExternalClientApplication",
    "<distributionState>Local</distributionState><label>Sync</label>",
  ),
};
const oauth = (scopes: string, of = "Sync"): Files => ({
  "extlClntAppOauthSettings/Sync_oauth.ecaOauth-meta.xml": xml(
    "ExtlClntAppOauthSettings",
    `<commaSeparatedOauthScopes>${scopes}</commaSeparatedOauthScopes><externalClientApplication>${of}</externalClientApplication><label>Sync_oauth</label>`,
  ),
});
const globalOauth = (more = ""): Files => ({
  "extlClntAppGlobalOauthSets/Sync_glbloauth.ecaGlblOauth-meta.xml": xml(
    "ExtlClntAppGlobalOauthSettings",
    `<callbackUrl>https://localhost/cb</callbackUrl>${more}<externalClientApplication>Sync</externalClientApplication><label>Sync_glbloauth</label>`,
  ),
});
const noSettings =
  "the external client app configured in your global oauth settings doesn't have a valid oauth settings configuration";
a("eca-scopes", { ...app, ...oauth("Api, RefreshToken, MCP, OpenID,CDPQuery") });
a("eca-global", { ...app, ...oauth("Api"), ...globalOauth() });
r("eca-global-alone", { ...app, ...globalOauth() }, noSettings);
for (const scope of ["McpApi", "mcp_api", "Teleport", "refresh_token", "A2A", "SFAP"])
  r(
    "eca-scope-" + scope,
    { ...app, ...oauth(`Api, ${scope}`) },
    `there's a problem with your scope(s): ${scope.toLowerCase()}`,
  );
r("eca-scope-empty", { ...app, ...oauth("Api,,RefreshToken") }, "there's a problem with your scope(s)");
r("eca-certificate", {
  ...app,
  ...oauth("Api"),
  ...globalOauth("<certificate>no certificate</certificate>"),
});

export default cases;
