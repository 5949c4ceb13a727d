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
  testRunner: "<rootDir>/scripts/test/native/runner.cjs",
});

// the rules and what is said of them know nothing of the platform, and run as the service runs them
const rules = ["slaPolicy", "slaPolicyCheck", "slaEngine", "slaSentences", "slaReporting"];
const lwc = "force-app/main/default/lwc";

module.exports = {
  testSequencer: "./scripts/test/native/sequencer.cjs",
  // a machine that has other things to do is slow, not wrong
  testTimeout: 30_000,
  projects: [
    { ...nodeProject("engine", lwc), roots: rules.map((bundle) => `<rootDir>/${lwc}/${bundle}`) },
    {
      ...nodeProject("service", "sync-service/test"),
      globalSetup: "<rootDir>/sync-service/test/postgres/setup.mjs",
      globalTeardown: "<rootDir>/sync-service/test/postgres/teardown.mjs",
    },
    nodeProject("local-org", "packages/local-org/test"),
    nodeProject("local-lightning", "packages/local-lightning/test"),
    nodeProject("start", "scripts/start/test"),
    nodeProject("docs", "scripts/test/docs"),
    nodeProject("package", "scripts/test/package"),
    nodeProject("layout", "scripts/test/layout"),
    nodeProject("pack", "scripts/pack/test"),
    {
      ...jestConfig,
      displayName: "lwc",
      rootDir: __dirname,
      roots: ["<rootDir>/force-app", "<rootDir>/hub-app"],
      testPathIgnorePatterns: ["/node_modules/", `/${lwc}/(${rules.join("|")})/`],
      moduleFileExtensions: ["ts", "js", "html", "json"],
      transform: {
        ...jestConfig.transform,
        "^.+\\.(js|ts|html|css)$": "<rootDir>/scripts/build/jest/lwc-transform.cjs",
      },
      testMatch: ["**/__tests__/**/*.test.ts"],
      moduleNameMapper: {
        // one engine: the installed one, in the form that the preset can put its traps into
        "^lwc$": "<rootDir>/node_modules/@lwc/engine-dom/dist/index.cjs",
        "^@lwc/(engine-dom|synthetic-shadow|wire-service|shared|features|signals)$":
          "<rootDir>/node_modules/@lwc/$1/dist/index.cjs",
        // a bundle of style alone, which the preset's resolver does not know
        "^c/supportTones$": "<rootDir>/force-app/main/default/lwc/supportTones/supportTones.css",
        // the preset looks into the folders of this project alone, and the hub is a project of its own
        "^c/(hub[A-Z]\\w+)$": "<rootDir>/hub-app/main/default/lwc/$1/$1",
        "^lightning/(graphql|platformUtilityBarApi)$": "<rootDir>/scripts/build/jest/$1.cjs",
      },
    },
  ],
};
