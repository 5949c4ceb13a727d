/**
 * Signs people in through the company's own provider: OpenID Connect, the code flow with PKCE.
 * The provider's groups decide who is a viewer and who is an operator.
 */
import { createHash } from "node:crypto";
import * as oidc from "openid-client";
import { z } from "zod";
import type { Kysely } from "kysely";
import { request as bounded } from "../../http-request.ts";
import type { World } from "../../runtime.ts";
import { readSecret, secretRef } from "../../secrets.ts";
import type { Database } from "../../store/schema.ts";
import type { Role } from "./accounts.ts";

const onThisMachine = new Set(["127.0.0.1", "localhost", "[::1]"]);
/** Only a provider on this machine may be asked without TLS. */
const address = z.url({ protocol: /^https?$/ }).refine(
  (url) => {
    const { protocol, hostname } = new URL(url);
    return protocol === "https:" || onThisMachine.has(hostname);
  },
  { message: "needs https" },
);
const groups = z.array(z.string().min(1).max(200)).max(50).default([]);

export const companyConfig = z
  .strictObject({
    issuer: address.describe("the provider's address, as its discovery document names it"),
    publicUrl: address.describe("the address at which people open the fleet page"),
    clientId: z.string().min(1).max(200),
    clientSecret: secretRef.optional(),
    label: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .describe("what the button says; the provider's host without it"),
    groupsClaim: z.string().min(1).max(200).default("groups"),
    operators: groups,
    viewers: groups,
  })
  .refine(({ operators, viewers }) => operators.length + viewers.length > 0, {
    message: "names no group, so nobody could sign in; fill operators or viewers",
  });
export type CompanyConfig = z.infer<typeof companyConfig>;

/** A sign-in may take this long at the provider, ms. */
const longestSignIn = 10 * 60_000;
export const callbackPath = "/signin/company/callback";
/** Keeps these names apart from those of local accounts, which hold no slash. */
const prefix = "company/";

export interface Person {
  name: string;
  /** null: no group of theirs may see the page. */
  role: Role | null;
}

/** Why a sign-in did not end: `away` is the provider's trouble, the others are the browser's. */
export class CompanyRefusal extends Error {
  override name = "CompanyRefusal";
  readonly kind: "away" | "expired" | "refused";
  constructor(kind: CompanyRefusal["kind"], cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
  }
}

export interface CompanySignIn {
  label: string;
  /** Where the browser goes, and the state that it must bring back. @throws CompanyRefusal */
  begin(): Promise<{ url: URL; state: string }>;
  /** @param query what the provider sent back @throws CompanyRefusal */
  end(query: string, state: string): Promise<Person>;
}

const hashOf = (state: string) => createHash("sha256").update(state).digest("hex");
const secret = z.object({ verifier: z.string(), nonce: z.string() });

export function companySignIn(
  db: Kysely<Database>,
  world: Pick<World, "clock" | "deadline" | "fetch" | "readFile" | "variable">,
  config: CompanyConfig,
): CompanySignIn {
  const redirectUri = new URL(callbackPath, config.publicUrl).href;
  const fetchBounded = (url: string, init: oidc.CustomFetchOptions) =>
    bounded(url, init as RequestInit, world);
  let known: Promise<oidc.Configuration> | null = null;
  /** Asks the provider for its addresses once. A failure is not kept. */
  const provider = () =>
    (known ??= oidc
      .discovery(
        new URL(config.issuer),
        config.clientId,
        undefined,
        config.clientSecret === undefined
          ? oidc.None()
          : oidc.ClientSecretBasic(readSecret(config.clientSecret, world)),
        {
          [oidc.customFetch]: fetchBounded,
          ...(config.issuer.startsWith("http:") ? { execute: [oidc.allowInsecureRequests] } : {}),
        },
      )
      .catch((error: unknown) => {
        known = null;
        throw new CompanyRefusal("away", error);
      }));

  return {
    label: config.label ?? new URL(config.issuer).hostname,

    async begin() {
      const server = await provider();
      const [verifier, nonce, state] = [
        oidc.randomPKCECodeVerifier(),
        oidc.randomNonce(),
        oidc.randomState(),
      ];
      const now = world.clock.now();
      await db.deleteFrom("sign_ins").where("expires_at", "<=", now).execute();
      await db
        .insertInto("sign_ins")
        .values({
          state: hashOf(state),
          payload: JSON.stringify({ verifier, nonce }),
          expires_at: now + longestSignIn,
        })
        .execute();
      const url = oidc.buildAuthorizationUrl(server, {
        redirect_uri: redirectUri,
        scope: "openid profile email",
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      });
      return { url, state };
    },

    async end(query, state) {
      // taken out first, so that an answer counts once
      const row = await db
        .deleteFrom("sign_ins")
        .where("state", "=", hashOf(state))
        .returning(["payload", "expires_at"])
        .executeTakeFirst();
      if (row === undefined || row.expires_at <= world.clock.now()) throw new CompanyRefusal("expired");
      const { verifier, nonce } = secret.parse(JSON.parse(row.payload));
      const server = await provider();
      try {
        const tokens = await oidc.authorizationCodeGrant(server, new URL(redirectUri + query), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        // many providers tell groups here alone
        const more = server.serverMetadata().userinfo_endpoint
          ? await oidc.fetchUserInfo(server, tokens.access_token, claims.sub)
          : {};
        return personIn({ ...claims, ...more }, config);
      } catch (error) {
        throw new CompanyRefusal("refused", error);
      }
    },
  };
}

const shown = /[^\p{L}\p{N}._@+-]/gu;

function personIn(claims: Record<string, unknown>, config: CompanyConfig): Person {
  const named = [claims["email"], claims["preferred_username"], claims["sub"]].find(
    (name): name is string => typeof name === "string" && name !== "",
  )!;
  const theirs = claims[config.groupsClaim];
  const has = (wanted: readonly string[]) =>
    wanted.some((group) => (Array.isArray(theirs) ? theirs.includes(group) : theirs === group));
  return {
    name: prefix + named.replace(shown, "").slice(0, 80),
    role: has(config.operators) ? "operator" : has(config.viewers) ? "viewer" : null,
  };
}
