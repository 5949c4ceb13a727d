/** The page's address: Salesforce's own addresses, and page references for them. */
import { boot } from "local/boot";

export interface PageReference {
  type: string;
  attributes: Record<string, string | undefined>;
  state: Record<string, string | undefined>;
}

type Listener = (reference: PageReference) => void;
const listeners = new Set<Listener>();

export function urlOf(reference: PageReference): string {
  const { type, attributes = {} } = reference;
  const state = { ...(reference.state ?? {}) };
  const withState = (path: string) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(state))
      if (value !== undefined && value !== null) search.set(name, value);
    const text = search.toString();
    return text ? `${path}?${text}` : path;
  };
  switch (type) {
    case "standard__recordPage": {
      const object = attributes.objectApiName ?? "";
      const middle = object ? `${object}/` : "";
      return withState(`/lightning/r/${middle}${attributes.recordId}/${attributes.actionName ?? "view"}`);
    }
    case "standard__recordRelationshipPage":
      return withState(
        `/lightning/r/${attributes.objectApiName}/${attributes.recordId}/related/${attributes.relationshipApiName}/view`,
      );
    case "standard__objectPage":
      return withState(`/lightning/o/${attributes.objectApiName}/${attributes.actionName ?? "home"}`);
    case "standard__navItemPage":
      return withState(`/lightning/n/${attributes.apiName}`);
    case "standard__namedPage":
      return withState(`/lightning/page/${attributes.pageName ?? "home"}`);
    case "standard__app": {
      const inside = attributes.pageRef as unknown as PageReference | undefined;
      const app = `/lightning/app/${attributes.appTarget ?? ""}`;
      return inside ? app + urlOf(inside).replace(/^\/lightning/, "") : withState(app);
    }
    case "standard__component":
      return withState(`/lightning/cmp/${attributes.componentName}`);
    case "standard__webPage":
      return attributes.url ?? "";
    default:
      return "/lightning/page/home";
  }
}

export function referenceOf(url: string): PageReference {
  const { pathname, searchParams, origin } = new URL(url, window.location.origin);
  const state = Object.fromEntries(searchParams);
  const of = (type: string, attributes: Record<string, string | undefined>): PageReference => ({
    type,
    attributes,
    state,
  });
  if (origin !== window.location.origin) return of("standard__webPage", { url });
  let parts = pathname.split("/").filter(Boolean).map(decodeURIComponent);
  if (parts[0] === "lightning") parts = parts.slice(1);
  if (parts[0] === "app" && parts.length > 2) parts = parts.slice(2);
  const [kind, first, second, third, fourth] = parts;
  switch (kind) {
    case "r":
      if (third === "related")
        return of("standard__recordRelationshipPage", {
          objectApiName: first,
          recordId: second,
          actionName: "view",
          relationshipApiName: fourth,
        });
      return third
        ? of("standard__recordPage", { objectApiName: first, recordId: second, actionName: third })
        : of("standard__recordPage", { recordId: first, actionName: second ?? "view" });
    case "o":
      return of("standard__objectPage", { objectApiName: first, actionName: second ?? "home" });
    case "n":
      return of("standard__navItemPage", { apiName: first });
    case "cmp":
      return of("standard__component", { componentName: first });
    case "app":
      return of("standard__app", { appTarget: first });
    default:
      return of("standard__namedPage", { pageName: first ?? "home" });
  }
}

export function current(): PageReference {
  return referenceOf(window.location.href);
}

export function onNavigate(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announce(): void {
  const reference = current();
  for (const listener of [...listeners]) listener(reference);
}

/** In a console, the shell chooses the tab for a page. It answers true if it handles the navigation. */
type Interceptor = (reference: PageReference) => boolean;
let interceptor: Interceptor | undefined;
export function intercept(by: Interceptor): void {
  interceptor = by;
}

export function navigate(reference: PageReference, { replace = false }: { replace?: boolean } = {}): void {
  const url = urlOf(reference);
  if (reference.type === "standard__webPage") {
    if (url.startsWith("/lightning/")) navigate(referenceOf(url), { replace });
    else if (/^(https?:|mailto:|tel:|\/(?!\/))/i.test(url)) window.open(url, "_blank", "noopener");
    return;
  }
  if (
    reference.type === "standard__app" &&
    reference.attributes.appTarget?.replace(/^c__/, "") !== boot.app.name
  ) {
    window.location.assign(url);
    return;
  }
  if (interceptor?.(reference)) return;
  setUrl(url, replace);
  announce();
}

export function setUrl(url: string, replace = false): void {
  if (url === window.location.pathname + window.location.search) return;
  if (replace) window.history.replaceState({}, "", url);
  else window.history.pushState({}, "", url);
}

window.addEventListener("popstate", announce);

/** A link within the page moves without a load, unless the user asked for a new window. */
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
    return;
  const link = event
    .composedPath()
    .find(
      (node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement && node.hasAttribute("href"),
    );
  if (!link || (link.target && link.target !== "_self") || link.origin !== window.location.origin) return;
  const reference = referenceOf(link.href);
  if (
    !link.pathname.startsWith("/lightning/") ||
    link.pathname.startsWith("/lightning/app/") ||
    link.getAttribute("href")?.startsWith("#")
  )
    return;
  event.preventDefault();
  navigate(reference);
});
