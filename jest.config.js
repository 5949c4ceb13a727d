// One Jest for both halves. `lwc` is the platform's own preset (CommonJS, jsdom, stubs of the base components);
// the others run the TypeScript sources as native ES modules, the way Node 24 runs them.
const { jestConfig } = require("@salesforce/sfdx-lwc-jest/config");

const nodeProject = (displayName, root) => ({
  displayName,
  rootDir: __dirname,
  roots: [`<rootDir>/${root}`],
  testMatch: ["**/*.test.ts"],
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/scripts/test/strip-types.cjs" },
});

const engine = "force-app/main/default/lwc/slaEngine";

module.exports = {
  projects: [
    { ...nodeProject("engine", engine), testMatch: [`**/__tests__/**/*.test.ts`] },
    {
      ...nodeProject("service", "sync-service/test"),
      globalSetup: "<rootDir>/sync-service/test/postgres/setup.mjs",
      globalTeardown: "<rootDir>/sync-service/test/postgres/teardown.mjs",
    },
    nodeProject("local-org", "scripts/local-org/test"),
    {
      ...jestConfig,
      displayName: "lwc",
      rootDir: __dirname,
      roots: ["<rootDir>/force-app"],
      testPathIgnorePatterns: ["/node_modules/", `/${engine}/`],
      moduleFileExtensions: ["ts", "js", "html", "json"],
    },
  ],
};
