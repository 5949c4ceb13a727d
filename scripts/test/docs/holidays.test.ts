import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { holidaysPage } from "../../build/holidays-page.ts";

test("the page of holidays says what the corrections do", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/holidays.md"), "utf8");
  expect(page).toBe(await holidaysPage());
});
