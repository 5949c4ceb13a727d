import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { computeClocks, lawBetween, zoneBy, type Fact } from "c/slaEngine";
import { readPolicy } from "c/slaPolicyCheck";
import { formatInstant } from "c/slaSentences";
import { policyFor, readCatalogue } from "../../src/orgs/contract.ts";
import { settingsSchema } from "../../src/orgs/org.ts";
import { packagedZones } from "../../src/zones/packed.ts";
import { lawOf } from "../../src/zones/source.ts";
import { folderZones } from "../../src/zones/tzif.ts";
import { rereadZones, useZones, zones, zonesFrom } from "../../src/zones/zones.ts";
import { tzif, writeZones } from "./tzif-folder.ts";

/** Read from the files that zic made of this version, by Python: see make-vectors.py. */
const vectors = JSON.parse(readFileSync(new URL("testdata/vectors.json", import.meta.url), "utf8")) as {
  version: string;
  from: number;
  to: number;
  laws: { names: string[]; law: [number, ...[number, number][]] }[];
};

const folder = mkdtempSync(join(tmpdir(), "compromiso-zones-"));
afterEach(() => {
  useZones(null);
  rmSync(folder, { recursive: true, force: true });
});

test("every name of the tz database goes by what zic's files say", () => {
  const source = packagedZones();
  expect(source.version).toBe(vectors.version);
  expect([...source.names].sort()).toEqual(vectors.laws.flatMap(({ names }) => names).sort());
  for (const { names, law } of vectors.laws)
    for (const name of names) {
      const { offset, changes } = lawOf(source, name, vectors.from, vectors.to);
      expect({ name, law: [offset, ...changes] }).toEqual({ name, law });
    }
});

const debian = "/usr/share/zoneinfo";
const hasDebian =
  existsSync(join(debian, "tzdata.zi")) &&
  readFileSync(join(debian, "tzdata.zi"), "utf8").startsWith(`# version ${vectors.version}\n`);
(hasDebian ? test : test.skip)("a folder of TZif files says the same as the package", () => {
  const [files, packed] = [folderZones(debian), packagedZones()];
  for (const name of packed.names)
    for (const [from, to] of [
      [2024, 2030],
      [2036, 2060],
    ] as const)
      expect({ name, ...lawOf(files, name, from, to) }).toEqual({ name, ...lawOf(packed, name, from, to) });
});

test.each([
  ["America/Winnipeg", "2026-12-01T12:00Z", -5],
  ["America/Rainy_River", "2026-12-01T12:00Z", -5],
  ["America/Inuvik", "2026-12-01T12:00Z", -6],
  ["America/Vancouver", "2026-12-01T12:00Z", -7],
  ["America/Edmonton", "2026-12-01T12:00Z", -6],
  ["America/Havana", "2026-12-01T12:00Z", -4],
  ["America/Havana", "2027-12-01T12:00Z", -5],
  ["America/Coyhaique", "2026-07-01T12:00Z", -3],
  ["America/Asuncion", "2026-07-01T12:00Z", -3],
  ["Africa/Casablanca", "2026-12-01T12:00Z", 0],
  ["Africa/El_Aaiun", "2026-12-01T12:00Z", 0],
  ["Asia/Almaty", "2026-07-01T12:00Z", 5],
  ["America/New_York", "4026-07-01T12:00Z", -4],
])("%s at %s is %d hours from Greenwich", (name, when, hours) => {
  const at = Date.parse(when.replace("4026", "+004026"));
  const zone = zoneBy(name, zones().law(name, new Date(at).getUTCFullYear()));
  expect(zone.offsetAt(at)).toBe(hours * 3_600_000);
});

test("a policy's part of it stays under a kilobyte, for every zone", () => {
  const longest = Math.max(
    ...zones()
      .names()
      .map((name) => JSON.stringify(zones().law(name, 2026)).length),
  );
  expect(longest).toBeLessThan(1024);
});

test.each([
  ["UTC", "UTC"],
  ["Etc/GMT+3", "Etc/GMT+3"],
  ["Europe/Oslo", "Europe/Oslo"],
  ["america/new_york", "America/New_York"],
  [" Asia/Kolkata ", "Asia/Kolkata"],
  ["America/Buenos_Aires", "America/Argentina/Buenos_Aires"],
  ["Asia/Calcutta", "Asia/Kolkata"],
  ["America/Godthab", "America/Nuuk"],
  ["US/Pacific", "America/Los_Angeles"],
  ["America/Coral_Harbour", "America/Atikokan"],
  ["Iceland", "Atlantic/Reykjavik"],
  ["EST", "America/Panama"],
])("the name %s is taken, and is today's %s", (given, name) => {
  expect(zones().nameOf(given)).toBe(name);
});

test("a zone in other capitals is the very same object, so that odd capitals do not fill the memory", () => {
  const zone = zones().zone("America/New_York");
  for (const given of ["america/new_york", "AMERICA/NEW_YORK", " America/new_York "])
    expect(zones().zone(given)).toBe(zone);
});

test("the runtime is never asked for a contract's zone", () => {
  const asked: unknown[] = [];
  const real = Intl.DateTimeFormat;
  const spied = jest.spyOn(Intl, "DateTimeFormat").mockImplementation(function (locale, options) {
    asked.push(options?.timeZone);
    return new real(locale, options);
  } as typeof Intl.DateTimeFormat);
  try {
    const now = Date.parse("2026-12-01T16:00:00Z");
    const terms = settingsSchema.parse({
      contract: { plan: "Silver", timeZone: "America/Winnipeg", holidays: "CA-MB" },
    });
    const policy = policyFor(readCatalogue(), terms.contract!, now);
    const read = readPolicy(JSON.stringify(policy));
    if (!("policy" in read)) throw new Error(read.detail);
    const contract = {
      id: "a00",
      status: "Active" as const,
      startsOn: "2026-01-01",
      endsOn: null,
      policy: read.policy,
    };
    const by = { userId: "005", role: "requester" } as const;
    const created: Fact = {
      ...{ id: "c", kind: "created", at: now, by, status: "New", closed: false, priority: "P1" },
      ...{ category: null, channel: "Portal", contractId: "a00", owner: "queue" },
    };
    const [clock] = computeClocks([created], [contract], now);
    // four hours from 11:00 in Winnipeg, where no clock goes back any more
    expect(clock!.dueAt).toBe(Date.parse("2026-12-01T20:00:00Z"));
    expect(formatInstant(clock!.dueAt!, zones().zone("America/Winnipeg"), "en", true)).toContain("15:00");
    expect(asked.filter((zone) => zone !== undefined && zone !== "UTC")).toEqual([]);
  } finally {
    spied.mockRestore();
  }
});

// what a user of an org may have as a time zone
const salesforce = readFileSync(new URL("testdata/salesforce-time-zones.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
test.each(salesforce)("Salesforce's %s is a zone of ours", (name) => {
  expect(zones().nameOf(name)).toMatch(/^[A-Z]/);
  expect(zones().zone(name).offsetAt(Date.parse("2026-12-01T12:00Z"))).not.toBeNaN();
});

test("every name is taken, and its name of today goes by the same law", () => {
  for (const name of zones().names()) {
    const today = zones().nameOf(name);
    expect(zones().nameOf(today)).toBe(today);
    expect(zones().law(today, 2026)).toEqual(zones().law(name, 2026));
  }
});

test.each([
  ["ART", /"ART": do you mean America\/Argentina\/Buenos_Aires\?/],
  ["AST", /do you mean one of America\/Puerto_Rico, America\/Halifax/],
  ["IST", /do you mean one of Asia\/Kolkata, Europe\/Dublin, Asia\/Jerusalem\?/],
  ["PST", /do you mean one of America\/Los_Angeles/],
  ["BRT", /do you mean America\/Sao_Paulo\?/],
  ["GMT+3", /do you mean Etc\/GMT-3\?/],
  ["-03:00", /do you mean Etc\/GMT\+3\?/],
  ["+05:30", /use a name such as/],
  ["Buenos Aires", /do you mean America\/Argentina\/Buenos_Aires\?/],
  ["Ciudad de México", /do you mean America\/Mexico_City\?/],
  ["San Pablo", /do you mean America\/Sao_Paulo\?/],
  ["America/Bogotá", /do you mean America\/Bogota\?/],
  ["America/Buenos_Aries", /do you mean America\/Argentina\/Buenos_Aires\?/],
  ["SystemV/PST8PDT", /use a name such as/],
  ["Asia/Beijing", /do you mean Asia\/Shanghai\?/],
  ["Europe/Barcelona", /do you mean Europe\/Madrid\?/],
  ["Asia/Tokio", /do you mean Asia\/Tokyo\?/],
  ["Europe/Londres", /do you mean Europe\/London\?/],
  ["Europe/Lodnon", /do you mean Europe\/London\?/],
  ["Asia/Shanghái", /do you mean Asia\/Shanghai\?/],
  ["Europe/Bogota", /do you mean America\/Bogota\?/],
  ["Europe/Atlantis", /use a name such as/],
  ["Asia/Ur", /use a name such as/],
  ["", /has no time zone ""/],
  ["x".repeat(100_000), /has no time zone "x{64}"/],
])("the name %.20s is refused with what may be meant", (given, message) => {
  expect(() => zones().nameOf(given)).toThrow(message);
});

test.each([
  ["America/Mexico_City", "Ciudad de México", "Mexico City"],
  ["America/Sao_Paulo", "San Pablo", "São Paulo"],
  ["America/New_York", "Nueva York", "New York"],
  ["America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires"],
  ["Asia/Kolkata", "Calcuta", "Kolkata"],
  ["America/Argentina/Tucuman", "Tucumán", "Tucumán"],
])("%s is called %s in Spanish and %s in English", (name, es, en) => {
  expect(zones().zone(name).place).toEqual({ es, en });
});

describe("a folder of the operator's", () => {
  const winnipeg: [number, string] = [-6, "CST6CDT,M3.2.0,M11.1.0"];

  test("goes by the rule in each file's footer", () => {
    writeZones(folder, "2026a", { "America/Winnipeg": winnipeg, "Africa/Casablanca": [1, "<+01>-1"] });
    const data = useZones(folder);
    expect(data).toMatchObject({ version: "2026a", from: folder });
    const at = (when: string) => data.zone("America/Winnipeg").offsetAt(Date.parse(when)) / 3_600_000;
    expect([at("2026-11-01T06:59Z"), at("2026-11-01T07:00Z"), at("2027-03-14T08:00Z")]).toEqual([-5, -6, -5]);
    expect(data.law("Africa/Casablanca", 2026)).toMatchObject({ offset: 3600, changes: [] });
  });

  test("is read again when it was written anew, and while it is half written the data in use stay", () => {
    writeZones(folder, "2026a", { "America/Winnipeg": winnipeg });
    useZones(folder);
    rereadZones();
    writeFileSync(join(folder, "tzdata.zi"), "");
    rereadZones();
    expect(zones().version).toBe("2026a");
    writeZones(folder, "2026e", { "America/Winnipeg": [-5, "EST5"] });
    rereadZones();
    expect(zones().version).toBe("2026e");
    expect(zones().zone("America/Winnipeg").offsetAt(Date.parse("2026-12-01T00:00Z"))).toBe(-5 * 3_600_000);
  });

  test.each([
    ["is not there", () => {}, /there is no such folder/],
    [
      "has no version",
      () => {
        writeZones(folder, "x", { "Etc/UTC": [0, "UTC0"] });
        rmSync(join(folder, "tzdata.zi"));
      },
      /tzdata.zi and \+VERSION do not tell its version/,
    ],
    ["holds no zone", () => writeZones(folder, "2026a", {}), /it holds no TZif file|no such folder/],
  ])("that %s is refused in words", (_what, make, message) => {
    try {
      make();
    } catch {
      // nothing to write into
    }
    expect(() => useZones(folder)).toThrow(message);
  });

  test.each([
    ["is of version 1", Buffer.concat([Buffer.from("TZif\0"), Buffer.alloc(60)]), /version 1 ends in 2037/],
    ["has a rule of another kind", tzif(0, "XYZ"), /the rule "XYZ" cannot be read/],
    ["has a date of another kind", tzif(0, "EST5EDT,60,300"), /the rule "60" cannot be read/],
  ])("with a file that %s is refused with the zone's name", (_what, file, message) => {
    writeZones(folder, "2026a", { "Etc/Odd": [0, "UTC0"] });
    writeFileSync(join(folder, "Etc/Odd"), file);
    expect(() => useZones(folder).zone("Etc/Odd")).toThrow(message);
    expect(() => useZones(folder).zone("Etc/Odd")).toThrow(/Etc\/Odd/);
  });
});

test("a link's older name keeps its own law where the newer place went another way", () => {
  const source = packagedZones();
  const parted = {
    ...source,
    target: (name: string) => (name === "America/Rainy_River" ? name : source.target(name)),
    history: (name: string) => source.history(name === "America/Rainy_River" ? "America/Toronto" : name),
  };
  expect(zonesFrom(parted).nameOf("America/Rainy_River")).toBe("America/Rainy_River");
  expect(
    lawBetween(zonesFrom(source).zone("America/Winnipeg"), Date.parse("2027-01-01"), Date.parse("2028-01-01"))
      .changes,
  ).toEqual([]);
});
