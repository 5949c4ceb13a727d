/** Validation rules: the name, the message, and a formula that is true or false. */
import { child, textOf } from "../xml/parse.ts";
import { splitName } from "../deploy/model.ts";
import { formulaProblem } from "../formula/check.ts";
import type { Rule } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

export const validationRule: Rule = (item, element, context) => {
  const [objectName, name] = splitName(item.fullName);
  if (!/^[A-Za-z]\w*$/.test(name) || name.endsWith("_") || name.includes("__"))
    context.report(
      "The validation name can only contain alphanumeric characters, must begin with a letter, cannot end with an underscore or contain two consecutive underscore characters, and must be unique across the object.",
    );
  else if (name.length > 40) context.report(`fullName: data value too large: ${name} (max length=40)`);
  limitLengths(element, { errorMessage: 255 }, context);
  if ((textOf(element, "description") ?? "").length > 255)
    context.report(
      "Validation rule description cannot be longer than 255 characters long",
      child(element, "description"),
    );
  const object = context.model.object(objectName);
  if (object === undefined) {
    context.report(`In field: fullName - no CustomObject named ${objectName} found`);
    return;
  }
  const display = textOf(element, "errorDisplayField");
  if (
    display !== undefined &&
    object.complete &&
    object.field(display) === undefined &&
    object.field(`${display}Id`) === undefined
  )
    context.report(
      notFound("errorDisplayField", "CustomField", `${objectName}.${display}`),
      child(element, "errorDisplayField"),
    );
  const formula = textOf(element, "errorConditionFormula");
  if (formula === undefined || formula === "") return;
  const problem = formulaProblem(formula, "b", { model: context.model, object, use: "validation" });
  if (problem !== undefined) context.report(problem, child(element, "errorConditionFormula"));
};
