/** The refresh API. A RefreshEvent asks every registered handler of the page to refresh. */
export const RefreshEventName = "lightning__refreshEvent";
export const REFRESH_COMPLETE = "refresh_complete";
export const REFRESH_COMPLETE_WITH_ERRORS = "refresh_complete_with_errors";
export const REFRESH_ERROR = "refresh_error";

export class RefreshEvent extends CustomEvent<void> {
  constructor() {
    super(RefreshEventName, { bubbles: true, composed: true });
  }
}

type Handler = () => Promise<unknown> | unknown;
const handlers = new Map<number, Handler>();
const containers = new Map<number, (refresh: Promise<string>) => void>();
let next = 1;

export function registerRefreshHandler(_element: object, handler: Handler): number {
  handlers.set(next, handler);
  return next++;
}
export function unregisterRefreshHandler(id: number): void {
  handlers.delete(id);
}
export function registerRefreshContainer(
  _element: object,
  callback: (refresh: Promise<string>) => void,
): number {
  containers.set(next, callback);
  return next++;
}
export function unregisterRefreshContainer(id: number): void {
  containers.delete(id);
}

window.addEventListener(RefreshEventName, () => {
  const running = Promise.allSettled([...handlers.values()].map((handler) => handler())).then((results) =>
    results.some(({ status }) => status === "rejected") ? REFRESH_COMPLETE_WITH_ERRORS : REFRESH_COMPLETE,
  );
  for (const callback of containers.values()) callback(running);
});
