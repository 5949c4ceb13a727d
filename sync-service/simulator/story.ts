import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Violation } from "./checks/violation.ts";
import type { Plan } from "./plan/plan.ts";

/** A story that failed once, as a file: what it showed, and what happens in it. */
export interface Story {
  title: string;
  /** What it showed when it was kept. */
  showed: Violation[];
  plan: Plan;
}

export const readStory = (file: string): Story => JSON.parse(readFileSync(file, "utf8")) as Story;

export function writeStory(file: string, story: Story): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(story, null, 2)}\n`);
}
