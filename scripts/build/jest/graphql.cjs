// lightning/graphql in tests: the preset's wire, with documents that keep their text so that a test can tell
// which of a component's queries it answers.
const { createTestWireAdapter } = require("@salesforce/wire-service-jest-util");

class graphql extends createTestWireAdapter() {}

module.exports = {
  graphql,
  gql: (strings, ...values) => ({ text: String.raw({ raw: strings }, ...values) }),
  /** Every operation goes through, unless a test says otherwise. */
  executeMutation: jest.fn(async ({ query }) => ({
    data: {
      uiapi: Object.fromEntries(
        [...query.text.matchAll(/(\w+): \w+Update\(/g)].map(([, alias]) => [alias, {}]),
      ),
    },
    errors: undefined,
  })),
  /** Answers the queries whose text holds `name`. */
  answer(name, data, errors, refresh = jest.fn().mockResolvedValue(undefined)) {
    graphql.emit({ data, errors, refresh }, ({ query }) => query?.text.includes(name) === true);
    return refresh;
  },
};
