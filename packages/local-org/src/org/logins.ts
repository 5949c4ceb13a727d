import type { Org, Row } from "./types.ts";

/** A frozen user cannot sign in, but open sessions go on. */
export const maySignIn = (org: Org, user: Row): boolean =>
  user.IsActive === true &&
  ![...org.rows("UserLogin")].some((login) => login.UserId === user.Id && login.IsFrozen === true);
