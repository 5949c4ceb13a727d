import { csrf, language, words } from "./setup.js";

/** Asks the API as the signed-in person. Rejects with the problem's words. Without a session it goes to the sign-in. */
export async function ask(path, body) {
  const response = await fetch(`/api/v1${path}`, {
    headers: body === undefined ? {} : { "content-type": "application/json", "x-csrf-token": csrf },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  if (response.status === 401) {
    location.assign("/signin");
    return new Promise(() => {});
  }
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(told(answer)), { faults: answer.errors });
  return answer;
}
/** The reason of a fault can be the whole detail: it is told once. */
function told({ detail, errors = [] }) {
  if (language === "es" && errors.length > 0 && errors.every(({ es }) => es !== undefined))
    return errors.map(({ es }) => es).join(" ");
  const reasons = [...new Set(errors.map(({ reason }) => reason))];
  return [words.refusedBecause, detail, ...reasons.filter((reason) => !detail?.includes(reason))]
    .filter(Boolean)
    .join(" ");
}
export const query = (values) =>
  new URLSearchParams(
    Object.entries(values).filter(([, value]) => value !== "" && value !== undefined),
  ).toString();
