import { firstRows, heightAbove, rowsAbove, rowsBelow, withoutFar, type RowWindow } from "c/supportCases";

const HEIGHT = 50;
/** The rows of a window, the first at `y` px in sight. */
function rowsAt(y: number, { from, to }: RowWindow): Element[] {
  document.body.replaceChildren();
  return Array.from({ length: to - from }, (_, i) => {
    const row = document.createElement("li");
    row.tabIndex = 0;
    row.getBoundingClientRect = () => ({ top: y + i * HEIGHT }) as DOMRect;
    document.body.append(row);
    return row;
  });
}
/** Scrolls down a list until so many rows have been there. */
function scrolledTo(place: number): RowWindow {
  let window = firstRows;
  while (window.to < place) {
    window = rowsBelow(window);
    const end = (window.to - window.from) * HEIGHT;
    window = withoutFar(window, rowsAt(innerHeight - end, window));
  }
  return window;
}

test("a long way down, few of five hundred rows exist, and the rest has left its height", () => {
  const window = scrolledTo(500);
  expect(window.to).toBe(500);
  expect(window.to - window.from).toBeLessThanOrEqual(100);
  expect(heightAbove(window)).toBe(window.from * HEIGHT);
});

test("back at the top, the first rows are back and rows far below are gone", () => {
  let window = scrolledTo(500);
  while (window.from > 0) {
    window = rowsAbove(window);
    window = withoutFar(window, rowsAt(0, window));
  }
  expect(window.above).toEqual([]);
  expect(window.to).toBeLessThanOrEqual(100);
});

test("a block that is near, or has the focus, stays", () => {
  expect(withoutFar(firstRows, rowsAt(-20 * HEIGHT, firstRows))).toBe(firstRows);
  const rows = rowsAt(-100 * HEIGHT, firstRows);
  (rows[3] as HTMLElement).focus();
  expect(withoutFar(firstRows, rows)).toBe(firstRows);
  (rows[3] as HTMLElement).blur();
  expect(withoutFar(firstRows, rows).from).toBe(20);
});
