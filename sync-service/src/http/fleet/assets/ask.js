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
/** The problem in the reader's language: its faults, its own words, else those for its status. */
function told({ status, detail, es, errors = [] }) {
  if (language === "es")
    return errors.length > 0
      ? errors.map((fault) => fault.es.replace(/\s*«.*»$/s, "")).join(" ")
      : (es ?? words.problems[status] ?? words.problems[400]);
  const reasons = [...new Set(errors.map(({ reason }) => reason))];
  return [detail, ...reasons.filter((reason) => !detail?.includes(reason))].filter(Boolean).join(" ");
}
export const query = (values) =>
  new URLSearchParams(
    Object.entries(values).filter(([, value]) => value !== "" && value !== undefined),
  ).toString();
