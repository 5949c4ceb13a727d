// What an operator does by command for an account's second factor: turn it on, and take it off for a lost phone.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { TOTP, URI } from "otpauth";
import { readAudit } from "../../src/audit/audit.ts";
import { addAccounts } from "../../src/cli/accounts.ts";
import { addAccount } from "../../src/http/fleet/accounts.ts";
import { openStore, type Store } from "../../src/store/open.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-accounts-"));
const config = join(folder, "service.json");
const withoutKey = join(folder, "without-key.json");
const file = join(folder, "store.sqlite");
const base = { store: { file } };
writeFileSync(withoutKey, JSON.stringify(base));
writeFileSync(
  config,
  JSON.stringify({ ...base, signIn: { secondFactor: { key: { env: "CLI_FACTOR_KEY" } } } }),
);

let store: Store;
beforeAll(async () => {
  process.env["CLI_FACTOR_KEY"] = "k".repeat(32);
  store = await openStore({ file });
  await addAccount(
    store.db,
    { name: "olga", role: "operator", password: "correct horse battery staple" },
    Date.now(),
  );
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  delete process.env["CLI_FACTOR_KEY"];
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `accounts second-factor` as it is typed. The person answers with this code once the command shows its secret. */
async function secondFactor(words: string[], code: (uri: string) => string = () => "", with_ = config) {
  const printed: string[] = [];
  const typed = new Readable({ read() {} });
  jest.spyOn(process, "stdin", "get").mockReturnValue(typed as typeof process.stdin);
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
  jest.spyOn(console, "log").mockImplementation((text: string) => {
    printed.push(text);
    const uri = /^otpauth:.+$/m.exec(text)?.[0];
    if (uri) typed.push(`${code(uri)}\n`);
  });
  const program = new Command();
  addAccounts(program);
  try {
    await program.parseAsync(["accounts", "second-factor", ...words, "--config", with_], { from: "user" });
  } finally {
    jest.restoreAllMocks();
  }
  return printed.join("\n");
}

const codeOf = (uri: string) => (URI.parse(uri) as TOTP).generate();
const trail = async () => (await readAudit(store.db, { limit: 10 })).map(({ action }) => action);
const sessions = () => store.db.selectFrom("sessions").select("hash").execute();

test("an operator turns it on with the app's code: sessions end, and ten recovery codes are printed", async () => {
  const session = { hash: "h", account: "olga", csrf: "c", role: null };
  const now = Date.now();
  await store.db
    .insertInto("sessions")
    .values({ ...session, created_at: now, used_at: now, expires_at: now + 60_000 })
    .execute();
  await expect(secondFactor(["olga"], () => "000000")).rejects.toThrow("The code is wrong");
  expect(await sessions()).toHaveLength(1);

  const said = await secondFactor(["olga"], codeOf);
  const codes = said.split("work once each:\n")[1]!.split("\n");
  expect(new Set(codes).size).toBe(10);
  expect(await sessions()).toEqual([]);
  expect(await trail()).toContain("accounts.secondFactor");
  await expect(secondFactor(["olga"], codeOf)).rejects.toThrow("olga has a second factor already");
});

test("--remove takes it off once, and the trail says so", async () => {
  expect(await secondFactor(["olga", "--remove"])).toBe("olga signs in with the password alone now.");
  expect(await trail()).toContain("accounts.noSecondFactor");
  expect(await store.db.selectFrom("recovery_codes").selectAll().execute()).toEqual([]);
  await expect(secondFactor(["olga", "--remove"])).rejects.toThrow("olga has no second factor.");
});

test("an account that does not exist, and a configuration without the key, are refused in words", async () => {
  await expect(secondFactor(["zoe"])).rejects.toThrow("There is no account zoe.");
  await expect(secondFactor(["olga"], codeOf, withoutKey)).rejects.toThrow("names no key for second factors");
});
