// What a test file imports from "@jest/globals": the functions that the runner made for this file.
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } =
  globalThis.jestOfThisFile;
