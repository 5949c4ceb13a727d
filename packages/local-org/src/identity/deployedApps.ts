/** The deployed external client apps: their keys, their certificates, and the users who may sign in with them. */
import { parseXml, textOf, flag, type XmlElement } from "../metadata/xml/parse.ts";
import type { ConnectedApp, Org } from "../org/types.ts";

const known = new WeakMap<Org, ConnectedApp[]>();

/** Finds the app of a consumer key. A deployed app comes before an app of the options with the same key. */
export function appOf(org: Org, consumerKey: unknown): ConnectedApp | undefined {
  const has = (app: ConnectedApp): boolean => app.clientId === consumerKey;
  return deployedApps(org).find(has) ?? org.apps.find(has);
}

function deployedApps(org: Org): ConnectedApp[] {
  let apps = known.get(org);
  if (apps === undefined) {
    known.set(org, (apps = readApps(org)));
    org.components.onChange(() => void known.delete(org));
  }
  return apps;
}

function readApps(org: Org): ConnectedApp[] {
  const of = (type: string): XmlElement[] =>
    org.components.list(type).flatMap(({ files }) => {
      const [content] = files.values();
      return content === undefined ? [] : [parseXml(Buffer.from(content).toString("utf8"))];
    });
  const belongs = (app: string) => (element: XmlElement) =>
    textOf(element, "externalClientApplication") === app;
  const policies = of("ExtlClntAppOauthConfigurablePolicies");
  const switches = of("ExtlClntAppConfigurablePolicies");
  return of("ExtlClntAppGlobalOauthSettings").flatMap((settings) => {
    const name = textOf(settings, "externalClientApplication") ?? "";
    const clientId = textOf(settings, "consumerKey");
    if (clientId === undefined) return [];
    const policy = policies.find(belongs(name));
    const own = switches.find(belongs(name));
    const secret = textOf(settings, "consumerSecret");
    // the certificate turns the JWT bearer flow on
    const certificate = textOf(settings, "certificate");
    const runAs = policy && textOf(policy, "clientCredentialsFlowUser");
    const app: ConnectedApp = {
      name,
      clientId,
      ...(secret ? { clientSecret: secret } : {}),
      ...(certificate ? { certificate } : {}),
      ...(runAs ? { runAs } : {}),
      supportsClientCredentials:
        flag(settings, "isClientCredentialsFlowEnabled") &&
        policy !== undefined &&
        flag(policy, "isClientCredentialsFlowEnabled"),
      blocked: own !== undefined && textOf(own, "isEnabled") === "false",
      ...approval(policy),
    };
    return [app];
  });
}

/** Either an administrator approves users in advance, or users approve the app on a page that the local org lacks. */
function approval(policy: XmlElement | undefined): Partial<ConnectedApp> {
  if (policy === undefined || textOf(policy, "permittedUsersPolicyType") !== "AdminApprovedPreAuthorized")
    return { selfAuthorized: true };
  const list = (name: string): string[] =>
    (textOf(policy, name) ?? "")
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean);
  return {
    preauthorizedPermissionSets: list("commaSeparatedPermissionSet"),
    preauthorizedProfiles: list("commaSeparatedProfile"),
  };
}
