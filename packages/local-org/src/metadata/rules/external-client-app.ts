/** External client apps: the header, the settings and policies that name it, and the switches they need. */
import { X509Certificate } from "node:crypto";
import { child, textOf, type XmlElement } from "../xml/parse.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths, notAvailable } from "./words.ts";

export const externalClientApplication: Rule = (_item, element, context) => {
  if (!optedIn(context)) return;
  limitLengths(element, { label: 80, description: 255 }, context);
  if ((textOf(element, "label") ?? "") === "") context.report("Required field is missing: label");
  const email = textOf(element, "contactEmail");
  if (email !== undefined && !/^\S+@\S+\.\S+$/.test(email))
    context.report(`contactEmail: invalid email address: ${email}`, child(element, "contactEmail"));
};

function optedIn(context: RuleContext): boolean {
  const { externalClientApps } = context.model.org.settings;
  if (!externalClientApps) context.report(notAvailable);
  return externalClientApps;
}

/** The scopes as Salesforce lists them when it refuses one. */
const scopes =
  "Basic, OfflineAccess, DataCloudUserClaims, Email, Address, CDPSegment, Chatbot, CustomApplications, Full, Profile, CDP, " +
  "CDPProfile, RefreshToken, Phone, PwdlessLogin, Interaction, Pardot, CDPIngest, CDPIdentityResolution, CustomPermissions, " +
  "ForgotPassword, UserRegistration, OpenID, Chatter, Wave, SFApiPlatform, SCRT, Web, EinsteinGPT, Lightning, Content, " +
  "CDPCalculatedInsight, Eclair, Api, MCP, CDPQuery";
const knownScopes = new Set(scopes.toLowerCase().split(", "));

/** Settings and policies of any kind name an app that exists. */
export const externalClientSettings: Rule = (item, element, context) => {
  if (!optedIn(context)) return;
  if (
    item.type.includes("Oauth") &&
    !item.type.endsWith("Policies") &&
    !context.model.org.settings.consumerSecretsInMetadata
  ) {
    context.report(notAvailable);
    return;
  }
  const app = textOf(element, "externalClientApplication") ?? "";
  if (app !== "" && context.model.find("ExternalClientApplication", app) === undefined)
    context.report(
      `INVALID_CROSS_REFERENCE_KEY: In field: externalClientApplication - no ExternalClientApplication named ${app} found`,
      child(element, "externalClientApplication"),
    );
  scopesOf(element, context);
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

function scopesOf(element: XmlElement, context: RuleContext): void {
  const list = textOf(element, "commaSeparatedOauthScopes");
  const wrong = (list === undefined ? [] : list.split(","))
    .map((scope) => scope.trim())
    .filter((scope) => !knownScopes.has(scope.toLowerCase()));
  if (wrong.length > 0)
    context.report(
      `There's a problem with your scope(s): ${wrong.join(", ")}. Valid values are: ${scopes}`,
      child(element, "commaSeparatedOauthScopes"),
    );
}

/** The key, the certificate and the flows: they stand on the app's OAuth settings. */
export const externalClientGlobalOauth: Rule = (item, element, context) => {
  externalClientSettings(item, element, context);
  const app = textOf(element, "externalClientApplication") ?? "";
  const settings = context.model
    .list("ExtlClntAppOauthSettings")
    .find(
      (other) => other.element !== undefined && textOf(other.element, "externalClientApplication") === app,
    );
  if (context.model.find("ExternalClientApplication", app) !== undefined && settings === undefined)
    context.report(
      "The external client app configured in your global OAuth Settings doesn't have a valid OAuth settings configuration",
    );
  const certificate = child(element, "certificate");
  if (certificate === undefined || certificate.text.trim() === "") return;
  try {
    void new X509Certificate(certificate.text.trim());
  } catch {
    context.report("certificate: the text is not a PEM-encoded certificate", certificate);
  }
};
