import { createElement } from "lwc";
import "local/router";
import App from "local/app";

/** Puts the shell into the document. */
export function start(root: HTMLElement): void {
  root.replaceChildren(createElement("local-app", { is: App }));
}
