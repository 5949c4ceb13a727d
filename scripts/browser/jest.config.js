// End to end: the whole product as `npm start` brings it up, seen in Chromium. One at a time, since it is one product.
import { fileURLToPath } from "node:url";

export default {
  displayName: "browser",
  rootDir: fileURLToPath(new URL("../..", import.meta.url)),
  roots: ["<rootDir>/scripts/browser"],
  testMatch: ["**/*.test.ts"],
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  testRunner: "<rootDir>/scripts/test/native/runner.cjs",
  testTimeout: 180_000,
};
