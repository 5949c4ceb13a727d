import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "@jest/globals";
import { stopCompiler } from "../../src/metadata/index.ts";
import type { Case } from "./components.ts";
import { neighbours } from "./neighbours.ts";
import { deploy, freshOrg, problems } from "./orgs.ts";
import data from "./siblings/data.ts";
import limits from "./siblings/limits.ts";
import others from "./siblings/others.ts";
import pages from "./siblings/pages.ts";
import samples from "./siblings/samples.ts";
import seen from "./siblings/seen.ts";
import { zipOf } from "./source.ts";

const { cases } = JSON.parse(readFileSync(new URL("./conformance.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

afterAll(stopCompiler);

describe.each([
  ["what Salesforce was seen to accept and refuse", cases],
  ["cases like them", neighbours],
  ["what is known of each type, said twice", [...data, ...pages, ...others, ...limits, ...samples]],
  ["what deploys into real orgs were seen to refuse", seen],
])("%s", (_, list) => {
  test.each(list.map((one): [string, Case] => [`${one.expect}s ${one.id}: ${one.title}`, one]))(
    "%s",
    async (_name, one) => {
      const org = freshOrg();
      const outcome = await deploy(org, await zipOf(one.files));
      await org.close();
      const said = problems(outcome);
      if (one.expect === "accept") expect(said).toBe("");
      expect(outcome.success).toBe(one.expect === "accept");
      for (const piece of one.messageContains) expect(said.toLowerCase()).toContain(piece.toLowerCase());
    },
    30_000,
  );
});
