import { h } from "./dom.js";
import { words } from "./setup.js";

/** What is wrong with an org, in the reader's language, then the service's own words in English. */
export const why = (kind, reason) => [
  words.reasons[kind] ? `${words.reasons[kind]} ` : "",
  h("span", { lang: "en" }, reason),
];
