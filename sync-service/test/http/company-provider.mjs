// A real OpenID provider for tests: it signs in the person that the test names, and asks no questions.
import { createServer } from "node:http";
import Provider from "oidc-provider";

export async function companyProvider() {
  const people = new Map();
  let who = null;
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const clients = [];
  let handler;
  server.on("request", (request, response) => handler(request, response));
  return {
    issuer,
    /** Who signs in next, with their groups. */
    as(name, groups) {
      who = name;
      people.set(name, groups);
    },
    /** Lets the service in. */
    register({ clientId, clientSecret, redirectUri }) {
      clients.push({
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      });
      const provider = new Provider(issuer, {
        clients,
        pkce: { required: () => true },
        claims: { openid: ["sub"], email: ["email"], profile: ["groups", "preferred_username"] },
        features: { devInteractions: { enabled: false } },
        cookies: { keys: ["a key of a test"] },
        interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
        async findAccount(_context, id) {
          return {
            accountId: id,
            claims: () => ({ sub: id, email: `${id}@company.example`, groups: people.get(id) }),
          };
        },
        async loadExistingGrant(context) {
          const grant = new context.oidc.provider.Grant({
            clientId: context.oidc.client.clientId,
            accountId: context.oidc.session.accountId,
          });
          grant.addOIDCScope("openid email profile");
          await grant.save();
          return grant;
        },
      });
      const callback = provider.callback();
      handler = (request, response) =>
        request.url.startsWith("/interaction/")
          ? provider.interactionFinished(
              request,
              response,
              who === null ? { error: "access_denied" } : { login: { accountId: who } },
            )
          : callback(request, response);
    },
    refuse() {
      who = null;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}
