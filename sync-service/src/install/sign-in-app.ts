/**
 * The External Client App that lets the service in to a client's org, as files for one deploy. It is no part of the
 * package: an upgrade that brought a certificate along would replace the one in use, and lock the service out.
 */
import { X509Certificate } from "node:crypto";
import { systemClock } from "../runtime.ts";

export const signInApp = "Support_Sync";
/** The component that holds the certificate and the consumer key. */
export const globalSettings = `${signInApp}_glbloauth`;

/** Only who holds this permission set is let in. */
const admitted = "Support_Sync";
const apiVersion = "66.0";
const namespace = "http://soap.sforce.com/2006/04/metadata";

export class CertificateProblem extends Error {
  override name = "CertificateProblem";
}

interface Part {
  type: string;
  fullName: string;
  path: string;
  elements: Record<string, string | boolean>;
}

/**
 * The files by their path, in the Metadata API's format.
 * @param certificate PEM
 * @param renew only the certificate: the administrator's later settings stay
 * @throws CertificateProblem in words for the person who gave the file
 */
export function signInFiles(
  certificate: string,
  { renew = false, now = systemClock.now() } = {},
): Map<string, string> {
  const parts = partsOf(checked(certificate, now)).filter(
    ({ fullName }) => !renew || fullName === globalSettings,
  );
  const files = new Map(
    parts.map(({ type, path, elements }) => [path, document(type, lines(elements))] as const),
  );
  return new Map([["package.xml", manifest(parts)], ...files]);
}

function partsOf(certificate: string): Part[] {
  const of = (externalClientApplication: string) => ({ externalClientApplication });
  return [
    {
      type: "ExternalClientApplication",
      fullName: signInApp,
      path: `externalClientApps/${signInApp}.eca`,
      elements: {
        description: "How the provider's service signs in: JWT bearer, with the provider's certificate.",
        distributionState: "Local",
        isProtected: false,
        label: "Support Sync",
      },
    },
    {
      type: "ExtlClntAppOauthSettings",
      fullName: `${signInApp}_oauth`,
      path: `extlClntAppOauthSettings/${signInApp}_oauth.ecaOauth`,
      elements: {
        commaSeparatedOauthScopes: "Api, RefreshToken",
        ...of(signInApp),
        label: "Support Sync OAuth",
      },
    },
    {
      type: "ExtlClntAppGlobalOauthSettings",
      fullName: globalSettings,
      path: `extlClntAppGlobalOauthSets/${globalSettings}.ecaGlblOauth`,
      elements: {
        // Salesforce demands an address; the service uses no flow that would go there
        callbackUrl: "https://login.salesforce.com/services/oauth2/callback",
        certificate,
        ...of(signInApp),
        isClientCredentialsFlowEnabled: false,
        isConsumerSecretOptional: false,
        isPkceRequired: true,
        label: "Support Sync Global OAuth",
        shouldRotateConsumerKey: false,
        shouldRotateConsumerSecret: false,
      },
    },
    {
      type: "ExtlClntAppOauthConfigurablePolicies",
      fullName: `${signInApp}_oauthplcy`,
      path: `extlClntAppOauthPolicies/${signInApp}_oauthplcy.ecaOauthPlcy`,
      elements: {
        commaSeparatedPermissionSet: admitted,
        ...of(signInApp),
        ipRelaxationPolicyType: "Enforce",
        label: "Support Sync OAuth Policies",
        permittedUsersPolicyType: "AdminApprovedPreAuthorized",
        refreshTokenPolicyType: "Zero",
      },
    },
    {
      type: "ExtlClntAppConfigurablePolicies",
      fullName: `${signInApp}_plcy`,
      path: `extlClntAppPolicies/${signInApp}_plcy.ecaPlcy`,
      elements: {
        ...of(signInApp),
        isEnabled: true,
        isOauthPluginEnabled: true,
        label: "Support Sync Policies",
      },
    },
  ];
}

/** The certificate alone, whatever stood around it in the file. */
function checked(text: string, now: number): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new CertificateProblem(
      "The file holds a private key. A private key stays with the service: give the certificate alone.",
    );
  const [pem] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(text) ?? [];
  if (pem === undefined)
    throw new CertificateProblem(
      "The file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----). Salesforce takes no bare public key.",
    );
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw new CertificateProblem("The certificate in the file is damaged. Copy it once more, whole.");
  }
  if (certificate.publicKey.asymmetricKeyType !== "rsa")
    throw new CertificateProblem(
      `The certificate is for a key of the kind ${certificate.publicKey.asymmetricKeyType}. Salesforce signs in with RSA: make another key and certificate.`,
    );
  if (certificate.validToDate.getTime() <= now)
    throw new CertificateProblem(
      `The certificate has expired on ${certificate.validToDate.toISOString().slice(0, 10)}. Make a new one.`,
    );
  return pem.replaceAll("\r\n", "\n");
}

const document = (root: string, inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">\n${inside}</${root}>\n`;

const lines = (elements: Part["elements"]): string =>
  Object.entries(elements)
    .map(([name, value]) => `    <${name}>${value}</${name}>\n`)
    .join("");

const manifest = (parts: readonly Part[]): string =>
  document(
    "Package",
    parts
      .map(
        ({ type, fullName }) =>
          `    <types>\n        <members>${fullName}</members>\n        <name>${type}</name>\n    </types>\n`,
      )
      .join("") + `    <version>${apiVersion}</version>\n`,
  );
