import SupportMore from "c/supportMore";
import { settle } from "../../__tests__/support/org.ts";
import { onAPage, put } from "../../__tests__/support/page.ts";
import { Sight, withSight } from "../../__tests__/support/sight.ts";

onAPage();

async function show() {
  const element = put("c-support-more", SupportMore);
  const more = jest.fn();
  element.addEventListener("more", more);
  await settle();
  return { element, more };
}

describe("the end of a list", () => {
  withSight();

  test("asks for more when it comes into sight, not before", async () => {
    const { more } = await show();
    Sight.last!.tell([{ isIntersecting: false }]);
    expect(more).not.toHaveBeenCalled();
    Sight.last!.tell([{ isIntersecting: true }]);
    expect(more).toHaveBeenCalledTimes(1);
  });

  test("looks again after new rows, because it may still be in sight", async () => {
    const { element } = await show();
    const { looks } = Sight.last!;
    Object.assign(element, { rows: {} });
    expect(Sight.last!.looks).toBe(looks + 1);
  });

  test("stops looking when it is taken off the page", async () => {
    const { element } = await show();
    element.remove();
    expect(Sight.last).toBeUndefined();
  });
});

test("asks for all rows if the browser does not tell what is in sight", async () => {
  const { element, more } = await show();
  Object.assign(element, { rows: {} });
  Object.assign(element, { rows: {} });
  expect(more).toHaveBeenCalledTimes(2);
});
