// The rules of components, which only ESLint has. oxlint checks all other code: see .oxlintrc.json.
import lwc from "@salesforce/eslint-config-lwc/recommended-ts.js";

const components = "{force-app,hub-app}/main/default/lwc/**/*.ts";

export default [
  {
    ignores: [
      "**/node_modules/",
      "**/.local/",
      "coverage/",
      "reports/",
      ".stryker-tmp/",
      "**/*.{js,cjs,mjs}",
    ],
  },
  ...lwc.map((config) => ({ ...config, files: [components] })),
  {
    files: [components],
    // the compiler checks these, and knows more
    rules: {
      "no-undef": "off",
      "no-unused-vars": "off",
      "no-restricted-globals": "off",
      "no-use-before-define": "off",
      "consistent-return": "off",
      "no-confusing-arrow": "off",
      "import/default": "off",
      "import/export": "off",
      "import/named": "off",
      "import/namespace": "off",
      "@typescript-eslint/no-unused-vars": "off",
      // says that nobody waits for a promise
      "no-void": ["error", { allowAsStatement: true }],
    },
  },
  {
    // a property holds for what fast-check comes up with, so what is expected depends on it
    files: ["force-app/main/default/lwc/slaEngine/__tests__/**/*.ts"],
    rules: { "jest/no-conditional-expect": "off" },
  },
  {
    // a test emits what a wire would bring
    files: ["force-app/main/default/lwc/**/__tests__/**"],
    rules: { "@lwc/lwc/no-unexpected-wire-adapter-usages": "off" },
  },
];
