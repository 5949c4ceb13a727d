import SupportMore from "c/supportMore";
import { settle } from "../../__tests__/support/org.ts";
import { onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

/** jsdom lays nothing out: what comes into sight is told by the test. */
class Sight {
  static last: Sight | undefined;
  looks = 0;
  tell: (entries: { isIntersecting: boolean }[]) => void;
  constructor(tell: Sight["tell"]) {
    this.tell = tell;
    Sight.last = this;
  }
  observe(): void {
    this.looks++;
  }
  unobserve(): void {}
  disconnect(): void {
    Sight.last = undefined;
  }
}

async function show() {
  const element = put("c-support-more", SupportMore);
  const more = jest.fn();
  element.addEventListener("more", more);
  await settle();
  return { element, more };
}

describe("the end of a list", () => {
  beforeEach(() => Object.assign(globalThis, { IntersectionObserver: Sight }));
  afterEach(() => Reflect.deleteProperty(globalThis, "IntersectionObserver"));

  test("asks for more when it comes into sight, not before", async () => {
    const { more } = await show();
    Sight.last!.tell([{ isIntersecting: false }]);
    expect(more).not.toHaveBeenCalled();
    Sight.last!.tell([{ isIntersecting: true }]);
    expect(more).toHaveBeenCalledTimes(1);
  });

  test("looks anew after more rows have come, since it may still be in sight", async () => {
    const { element } = await show();
    const { looks } = Sight.last!;
    Object.assign(element, { after: 80 });
    expect(Sight.last!.looks).toBe(looks + 1);
  });

  test("stops looking when it is taken off the page", async () => {
    const { element } = await show();
    element.remove();
    expect(Sight.last).toBeUndefined();
  });
});
