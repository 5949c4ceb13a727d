import { learnFromStamp, onTick, serverNow, whileVisible } from "c/slaTicker";
import { HOUR, wednesdayTen as now } from "../../__tests__/support/org.ts";
import { onAPage } from "../../__tests__/support/page.ts";

onAPage();

const hide = (hidden: boolean) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new CustomEvent("visibilitychange"));
};

test("one timer serves everybody, on the second, and it ends when nobody listens", () => {
  jest.setSystemTime(now + 250);
  const [a, b] = [jest.fn(), jest.fn()];
  const stops = [onTick(a), onTick(b)];
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(750);
  expect(a).toHaveBeenCalledWith(now + 1000);
  expect(b).toHaveBeenCalledTimes(1);
  stops.forEach((stop) => stop());
  expect(jest.getTimerCount()).toBe(0);
});

test("a listener rests until its instant, unless somebody sets the clock back", () => {
  const tick = jest.fn((at: number) => at + 60_000);
  const stop = onTick(tick);
  jest.advanceTimersByTime(60_000);
  expect(tick).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(1000);
  expect(tick).toHaveBeenCalledTimes(2);
  jest.setSystemTime(now - HOUR);
  jest.advanceTimersByTime(1000);
  expect(tick).toHaveBeenCalledTimes(3);
  stop();
});

test("a hidden page does not tick; shown again it does so at once", () => {
  const tick = jest.fn();
  const stop = onTick(tick);
  hide(true);
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(60_000);
  expect(tick).not.toHaveBeenCalled();
  hide(false);
  expect(tick).toHaveBeenCalledTimes(1);
  stop();
});

test("a repeated task runs once after a pause", () => {
  const action = jest.fn();
  const stop = whileVisible(10_000, action);
  hide(true);
  jest.advanceTimersByTime(120_000);
  hide(false);
  expect(action).toHaveBeenCalledTimes(1);
  stop();
});

test("a record's stamp from the future shows that this clock is behind", () => {
  learnFromStamp(now + 90_000);
  expect(serverNow()).toBe(now + 90_000);
  learnFromStamp(now);
  expect(serverNow()).toBe(now + 90_000);
});
