/** The rules of each type, and how they are run over a component. */
import type { Compiled } from "../lwc/compile.ts";
import type { Model } from "../deploy/model.ts";
import type { Failure, Item } from "../package/read.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { storedOnly } from "./stored-only.ts";

const rules: Record<string, Rule[]> = {};

export function componentProblems(
  item: Item,
  { model, version, compiled }: { model: Model; version: number; compiled: Compiled },
): Failure[] {
  const failures: Failure[] = [];
  const fail = (
    problem: string,
    file: string,
    where: { line?: number; column?: number },
    warning = false,
  ): void => {
    failures.push({
      type: item.type,
      fullName: item.fullName,
      file,
      problem,
      ...(where.line === undefined ? {} : { line: where.line }),
      ...(where.column === undefined ? {} : { column: where.column }),
      ...(warning ? { warning } : {}),
    });
  };
  const context: RuleContext = {
    model,
    version,
    compiled,
    report: (problem, element = item.element) => fail(problem, item.file, element ?? {}),
    reportAt: (problem, file, line, column) => fail(problem, file, { line, column }),
    warn: (problem) => fail(problem, item.file, {}, true),
  };
  const notice = storedOnly(item.type);
  if (notice !== undefined) context.warn(notice);
  if (item.broken === true || item.element === undefined) return failures;
  for (const rule of rules[item.type] ?? []) rule(item, item.element, context);
  return failures;
}
