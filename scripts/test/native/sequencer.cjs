// Starts the long test files first, so that no worker is left alone with one at the end. Jest knows how long a file took
// where it ran before. On a fresh machine it only knows sizes, and these files are small for their time.
const { default: Sequencer } = require("@jest/test-sequencer");

const long = [
  "hub/files",
  "channels/troubles",
  "test/lawOfTime",
  "events/arrivals",
  "channels/outages",
  "data/bulk",
  "metadata/conformance",
  "mirror/law-in-service",
  "store/refusing",
  "metadata/cli",
  "simulator/seeds",
  "mirror/store-trouble",
  "hub/situations",
  "http/edge",
  "clocks/crash/crash",
  "mirror/two-instances",
  "mirror/leases",
  "soak/soak",
  "simulator/determinism",
  "docs/commands",
  "package/packaging",
  "pack/test/stage",
  "__tests__/bundles",
];
const place = ({ path }) => {
  const at = long.findIndex((name) => path.endsWith(`/${name}.test.ts`));
  return at < 0 ? long.length : at;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => place(a) - place(b));
  }
};
