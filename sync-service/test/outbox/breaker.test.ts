import { expect, test } from "@jest/globals";
import { Breaker } from "../../src/outbox/breaker.ts";

const now = 1_000_000;

test("a lane that fails alone pauses alone, and a second one that fails too pauses the channel", () => {
  const breaker = new Breaker(() => 0.5);
  for (let n = 0; n < 3; n++) breaker.failed(now, "email:acme", "No answer.");
  expect(breaker.admit(now, "email:acme")).toBe(false);
  expect(breaker.admit(now, "email:zeta")).toBe(true);
  expect(breaker.alone).toBe("email:acme");
  breaker.failed(now, "email:zeta", "No answer.");
  expect(breaker.admit(now, "email:other")).toBe(false);
  expect(breaker.alone).toBeNull();
  breaker.succeeded();
  for (const lane of ["email:acme", "email:zeta", "email:other"]) expect(breaker.admit(now, lane)).toBe(true);
});
