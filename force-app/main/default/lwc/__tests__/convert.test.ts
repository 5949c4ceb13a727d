import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../../../..");
/** What a Lightning component bundle may hold in an org. */
const ofABundle = /^lwc\/(\w+)\/(\1\.js-meta\.xml|[\w-]+\.(js|html|css|svg))$/;

test("a convert of the source holds only what an org takes", () => {
  const place = mkdtempSync(join(tmpdir(), "compromiso-convert-"));
  try {
    execFileSync(
      process.execPath,
      [join(root, "node_modules/@salesforce/cli/bin/run.js"), "project", "convert", "source", "-d", place],
      {
        cwd: root,
        env: {
          ...process.env,
          NODE_ENV: "production",
          NODE_OPTIONS: "",
          HOME: place,
          SF_DISABLE_TELEMETRY: "true",
          SF_DISABLE_AUTOUPDATE: "true",
          SF_SKIP_NEW_VERSION_CHECK: "true",
          SF_DISABLE_LOG_FILE: "true",
        },
      },
    );
    const files = readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(place.length + 1));
    const bundles = files.filter((file) => file.startsWith("lwc/"));
    expect(bundles).toContain("lwc/caseIntake/draft.js");
    expect(bundles.filter((file) => !ofABundle.test(file))).toEqual([]);
    expect(files.filter((file) => /\.(ts|md|json)$|__tests__|-meta\.xml$/.test(file))).toEqual(
      files.filter((file) => /^(lwc\/.*\.js|(reports|dashboards)\/\w+)-meta\.xml$/.test(file)),
    );
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}, 120_000);
