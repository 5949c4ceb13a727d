/** All that a package of pages needs of an org, beside its public face: sessions, logins and formats. */
export { clearSessionCookie, sessionOf, setSessionCookie } from "./identity/pageSession.ts";
export { followLink } from "./identity/singleAccess.ts";
export { dateFormat, numberFormat } from "./org/formatters.ts";
export { maySignIn } from "./org/logins.ts";
export { profileName } from "./org/standard/userPermissions.ts";
