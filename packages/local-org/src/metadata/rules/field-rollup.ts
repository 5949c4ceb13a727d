/** Roll-up summaries over the details of a master. */
import { child, textOf, type XmlElement } from "../xml/parse.ts";
import type { RuleContext } from "./rule.ts";
import { notFound } from "./words.ts";

export function rollupField(object: string, element: XmlElement, context: RuleContext): void {
  const key = textOf(element, "summaryForeignKey") ?? "";
  const link = context.model.field(key);
  if (key !== "" && link === undefined)
    context.report(notFound("summaryForeignKey", "CustomField", key), child(element, "summaryForeignKey"));
  else if (
    link !== undefined &&
    link.custom &&
    (link.kind !== "MasterDetail" || !link.referenceTo.includes(object))
  )
    context.report(
      `${key} is not a master-detail relationship to ${object}: a roll-up summary needs one`,
      child(element, "summaryForeignKey"),
    );
  const operation = textOf(element, "summaryOperation");
  const summarized = textOf(element, "summarizedField");
  if (operation !== undefined && operation !== "count" && summarized === undefined)
    context.report(`Must specify 'summarizedField' for a summaryOperation of ${operation}`);
  if (operation === "count" && summarized !== undefined)
    context.report(
      "Can not specify 'summarizedField' for a summaryOperation of count",
      child(element, "summarizedField"),
    );
  if (summarized === undefined) return;
  const field = context.model.field(summarized);
  if (field === undefined)
    context.report(notFound("summarizedField", "CustomField", summarized), child(element, "summarizedField"));
}
