// A real OpenID provider for tests: it signs in the person that the test names, or shows a page that asks who it is.
import { createServer } from "node:http";
import Provider from "oidc-provider";

export async function companyProvider() {
  const people = new Map();
  let who = null;
  let asks = false;
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
    /** From now on a page of the provider asks who signs in. */
    ask() {
      asks = true;
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
      const finish = (request, response, accountId) =>
        provider.interactionFinished(
          request,
          response,
          accountId === null ? { error: "access_denied" } : { login: { accountId } },
        );
      handler = (request, response) => {
        const { pathname, searchParams } = new URL(request.url, issuer);
        if (!pathname.startsWith("/interaction/")) return callback(request, response);
        if (!asks) return finish(request, response, who);
        if (searchParams.has("who")) return finish(request, response, searchParams.get("who"));
        const buttons = [...people.keys()].map(
          (name) => `<button name="who" value="${name}">${name}</button>`,
        );
        response.setHeader("content-type", "text/html");
        response.end(`<title>Company</title><h1>Who are you?</h1><form>${buttons.join("")}</form>`);
      };
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
