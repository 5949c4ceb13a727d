/** External client apps: the header and the settings that name it. */
import { child, textOf } from "../xml/parse.ts";
import { enumValues } from "../schema/schema.ts";
import type { Rule } from "./rule.ts";
import { limitLengths } from "./words.ts";

export const externalClientApplication: Rule = (_item, element, context) => {
  limitLengths(element, { label: 80, description: 255 }, context);
  if ((textOf(element, "label") ?? "") === "") context.report("Required field is missing: label");
  const email = textOf(element, "contactEmail");
  if (email !== undefined && !/^\S+@\S+\.\S+$/.test(email))
    context.report(`contactEmail: invalid email address: ${email}`, child(element, "contactEmail"));
};

/** OAuth scopes by their metadata names. */
const scopes = new Set(
  (
    "Address Api Basic CDPIngest CDPProfile CDPQuery CDPSegment CDPIdentityResolution CDPCalculatedInsight Chatbot ChatbotAPI Chatter Content CustomApplications CustomPermissions Einstein EinsteinGPT " +
    "Email ForgotPassword Full Lightning OfflineAccess OpenID Pardot Phone Profile RefreshToken SFAPPlatform Sfap UserRegistration Visualforce Wave Web ScratchOrgs PWDLESSLOGIN InteractionAPI MCP"
  )
    .split(" ")
    .concat(enumValues("ConnectedAppOauthAccessScope") ?? [])
    .map((scope) => scope.toLowerCase()),
);

/** Settings and policies of any kind name an app that exists. */
export const externalClientSettings: Rule = (_item, element, context) => {
  const app = textOf(element, "externalClientApplication") ?? "";
  if (app !== "" && context.model.find("ExternalClientApplication", app) === undefined)
    context.report(
      `INVALID_CROSS_REFERENCE_KEY: In field: externalClientApplication - no ExternalClientApplication named ${app} found`,
      child(element, "externalClientApplication"),
    );
  const list = textOf(element, "commaSeparatedOauthScopes");
  for (const scope of list === undefined ? [] : list.split(","))
    if (!scopes.has(scope.trim().toLowerCase()))
      context.report(
        `The OAuth scope '${scope.trim()}' is not valid`,
        child(element, "commaSeparatedOauthScopes"),
      );
  const callbacks = textOf(element, "callbackUrl");
  for (const url of callbacks === undefined || callbacks === "" ? [] : callbacks.split(/\s+/))
    if (!/^[a-z][\w+.-]*:\S+$/i.test(url))
      context.report(`callbackUrl: invalid URL: ${url}`, child(element, "callbackUrl"));
  const sets = textOf(element, "commaSeparatedPermissionSet");
  for (const name of sets === undefined || sets === "" ? [] : sets.split(","))
    if (context.model.find("PermissionSet", name.trim()) === undefined)
      context.report(
        `In field: commaSeparatedPermissionSet - no PermissionSet named ${name.trim()} found`,
        child(element, "commaSeparatedPermissionSet"),
      );
};
