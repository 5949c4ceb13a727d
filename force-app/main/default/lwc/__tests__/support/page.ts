/** Puts components on a page at a fixed instant, and takes them off again. */
import { createElement } from "lwc";
import { setup } from "@sa11y/jest";
import { wednesdayTen } from "./org.ts";

export function onAPage(): void {
  // axe takes its time on a busy machine
  jest.setTimeout(30_000);
  beforeAll(() => setup());
  beforeEach(() => {
    jest.useFakeTimers({ now: wednesdayTen, doNotFake: ["queueMicrotask", "nextTick"] });
    sessionStorage.clear();
    localStorage.clear();
  });
  afterEach(() => {
    document.body.replaceChildren();
    jest.useRealTimers();
    jest.clearAllMocks();
  });
}

export function put<T extends HTMLElement>(tag: string, is: unknown, properties: object = {}): T {
  const element = createElement(tag, { is: is as never }) as unknown as T;
  Object.assign(element, properties);
  document.body.appendChild(element);
  return element;
}

/** axe wants its own timers. */
export async function expectAccessible(element: HTMLElement): Promise<void> {
  jest.useRealTimers();
  await expect(element).toBeAccessible();
}
