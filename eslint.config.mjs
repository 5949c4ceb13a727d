import lwc from "@salesforce/eslint-config-lwc/recommended-ts.js";
import globals from "globals";
import tseslint from "typescript-eslint";

const onLwc = (config) => ({ ...config, files: ["{force-app,hub-app}/main/default/lwc/**/*.ts"] });

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      "**/.local/",
      "coverage/",
      "reports/",
      ".stryker-tmp/",
      "{force-app,hub-app}/main/default/lwc/**/*.js",
    ],
  },
  ...lwc.map(onLwc),
  {
    files: ["{force-app,hub-app}/main/default/lwc/**/*.ts"],
    // the compiler checks these, and knows more
    rules: {
      "no-undef": "off",
      "no-unused-vars": "off",
      "no-restricted-globals": "off",
      "no-use-before-define": "off",
      "consistent-return": "off",
      "no-confusing-arrow": "off",
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
  {
    files: ["sync-service/**/*.ts", "packages/**/*.ts", "scripts/**/*.ts"],
    extends: [tseslint.configs.recommended],
    rules: { "no-undef": "off", "@typescript-eslint/no-unused-vars": "off", eqeqeq: ["error", "smart"] },
  },
  {
    // the machine's own time, chance and network: only the world may touch them, or a simulation would not hold
    files: ["sync-service/src/**/*.ts"],
    ignores: ["sync-service/src/{runtime,world}.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["setTimeout", "setInterval", "setImmediate", "fetch", "performance"].map((name) => ({
          name,
          message: "Take it from the World (runtime.ts).",
        })),
      ],
      "no-restricted-properties": [
        "error",
        ...[
          ["Date", "now"],
          ["Math", "random"],
          ["AbortSignal", "timeout"],
          ["crypto", "randomUUID"],
        ].map(([object, property]) => ({
          object,
          property,
          message: "Take it from the World (runtime.ts).",
        })),
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "Take the time from the World's clock (runtime.ts).",
        },
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            { name: "node:timers/promises", message: "Take timers from the World (runtime.ts)." },
            { name: "node:timers", message: "Take timers from the World (runtime.ts)." },
            {
              name: "node:crypto",
              importNames: ["randomBytes", "randomUUID", "randomInt"],
              message: "Take bytes from the World (runtime.ts).",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.{js,cjs,mjs}"],
    languageOptions: { globals: globals.node },
    rules: { "no-undef": "error", "no-unused-vars": "error", eqeqeq: ["error", "smart"] },
  },
  {
    files: ["sync-service/src/http/fleet/assets/**/*.js", "scripts/start/doors/*.js"],
    languageOptions: { globals: globals.browser },
  },
);
