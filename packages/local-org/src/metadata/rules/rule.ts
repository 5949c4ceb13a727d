/** What every rule is given: the component, the org as it would be, and where to say what is wrong. */
import type { Model } from "../deploy/model.ts";
import type { CompiledBundle } from "../lwc/compile.ts";
import type { Item } from "../package/read.ts";
import type { XmlElement } from "../xml/parse.ts";

export interface RuleContext {
  model: Model;
  /** API version of the package. */
  version: number;
  /** The compiler's answer for each Lightning web component of the package and the org. */
  compiled(name: string): CompiledBundle | undefined;
  /** An error of the component under check, at an element of its file; without one, at its own. */
  report(problem: string, element?: XmlElement): void;
  /** The same at a place in one of its files. */
  reportAt(problem: string, file: string, line: number, column: number): void;
  warn(problem: string): void;
}
export type Rule = (item: Item, element: XmlElement, context: RuleContext) => void;
