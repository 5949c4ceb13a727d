/** Types of a formula: what Salesforce's editor refuses, in its words. */
import type { FieldView, Model, ObjectView } from "../deploy/model.ts";
import { elsewhere, functions, onSaveOnly } from "./functions.ts";
import { FormulaError, parseFormula, type Expression } from "./parse.ts";

/** n, t, d, z, m, b, p, q, g as in functions.ts; x unknown; L long text, which formula fields cannot use. */
interface Type {
  code: string;
  /** As messages call it. */
  label: string;
  field?: FieldView;
}

const labels: Record<string, string> = {
  n: "Number",
  t: "Text",
  d: "Date",
  z: "Date/Time",
  m: "Time",
  b: "Boolean",
  p: "Picklist",
  q: "Multi-Select Picklist",
  g: "Location",
  l: "Text",
};
const type = (code: string, label = labels[code] ?? "Unknown"): Type => ({ code, label });

const kinds: Record<string, string> = {
  Id: "t",
  AutoNumber: "t",
  Lookup: "t",
  MasterDetail: "t",
  Hierarchy: "t",
  MetadataRelationship: "t",
  ExternalLookup: "t",
  IndirectLookup: "t",
  Checkbox: "b",
  Currency: "n",
  Number: "n",
  Percent: "n",
  Summary: "n",
  Integer: "n",
  Long: "n",
  Date: "d",
  DateTime: "z",
  Time: "m",
  Email: "t",
  Phone: "t",
  Url: "t",
  Text: "t",
  TextArea: "t",
  EncryptedText: "t",
  Picklist: "p",
  MultiselectPicklist: "q",
  LongTextArea: "L",
  Html: "L",
  Location: "g",
};

export type FormulaUse = "formula" | "validation" | "default" | "filter";

export interface FormulaContext {
  model: Model;
  object: ObjectView | undefined;
  use: FormulaUse;
}

const globals: Record<string, string> = {
  $user: "User",
  $profile: "Profile",
  $userrole: "UserRole",
  $organization: "Organization",
  $recordtype: "RecordType",
};

function fieldType(path: string, context: FormulaContext): Type {
  const [head = "", ...rest] = path.split(".");
  const missing = (): FormulaError => new FormulaError(`Field ${path} does not exist. Check spelling.`);
  if (head.startsWith("$")) return globalType(head, rest, path, context);
  let object = context.object;
  const steps = path.split(".");
  for (const [index, step] of steps.entries()) {
    if (object === undefined) return type("x");
    if (index < steps.length - 1) {
      const [relationship = "", target] = step.split(":");
      const lookup = relationshipField(object, relationship);
      if (lookup === undefined) {
        if (!object.complete && !/__r$/i.test(relationship)) return type("x");
        throw missing();
      }
      object = context.model.object(target ?? lookup.referenceTo[0] ?? "");
      continue;
    }
    const field = object.field(step);
    if (field === undefined) {
      if (!object.complete && !/__c$/i.test(step)) return type("x");
      throw missing();
    }
    return describe(field, path, context);
  }
  return type("x");
}

export const relationshipField = (object: ObjectView, relationship: string): FieldView | undefined =>
  object.fields().find((field) => field.relationshipName?.toLowerCase() === relationship.toLowerCase());

function describe(field: FieldView, path: string, context: FormulaContext): Type {
  const code = kinds[field.kind] ?? "x";
  if (code === "L" && context.use === "formula") {
    const name = field.kind === "Html" ? "Rich Text Area" : "Long Text Area";
    throw new FormulaError(
      `You referenced an unsupported field type called "${name}" using the following field: ${path}`,
    );
  }
  if (field.kind === "EncryptedText" && context.use === "formula")
    throw new FormulaError(
      `You referenced an unsupported field type called "Encrypted Text" using the following field: ${path}`,
    );
  if (field.kind === "Address" && context.use !== "filter")
    throw new FormulaError(
      `You referenced an unsupported field type called "Address" using the following field: ${path}`,
    );
  const isLookup = field.referenceTo.length > 0;
  const label = isLookup
    ? `Lookup(${field.referenceTo.join(",")})`
    : (labels[code === "L" ? "t" : code] ?? "Unknown");
  return { code: code === "L" ? "t" : code, label, field: { ...field, name: path } };
}

function globalType(head: string, rest: string[], path: string, { model }: FormulaContext): Type {
  const name = head.toLowerCase();
  const missing = (): FormulaError => new FormulaError(`Field ${path} does not exist. Check spelling.`);
  if (name === "$label") {
    if (rest.length === 1 && model.find("CustomLabel", rest[0] ?? "") === undefined) throw missing();
    return type("t");
  }
  if (name === "$permission") {
    if (model.find("CustomPermission", rest[0] ?? "") === undefined) throw missing();
    return type("b");
  }
  if (
    name === "$system" ||
    name === "$api" ||
    name === "$setup" ||
    name === "$custommetadata" ||
    name === "$objecttype"
  )
    return type(name === "$system" ? "z" : name === "$api" ? "t" : "x");
  const object = globals[name];
  if (object === undefined) throw missing();
  const view = model.object(object);
  const field = view?.field(rest.join("."));
  if (field === undefined && view?.complete === true && /__c$/i.test(path)) throw missing();
  const code = field === undefined ? "x" : (kinds[field.kind] ?? "x");
  // $User's picklists read as text
  return type(code === "p" ? "t" : code);
}

const accepts = (accepted: string, actual: Type): boolean => {
  if (accepted.includes("x")) return !"pq".includes(actual.code) || accepted.includes(actual.code);
  if (actual.code === "x") return true;
  // a lookup is text to most functions, but not to TEXT(), which takes no text at all
  return accepted.includes(actual.code);
};

const ORDER = "nbtdzmpqg";
const expectation = (accepted: string): string =>
  [...ORDER]
    // a time of day goes unmentioned beside date/times
    .filter((code) => accepted.includes(code) && !(code === "m" && accepted.includes("z")))
    .map((code) => labels[code])
    .join(", ");

function pickOnly(actual: Type): void {
  if (actual.code === "p")
    throw new FormulaError(
      `Field ${actual.field?.name ?? ""} is a picklist field. Picklist fields are only supported in certain functions.`,
    );
  if (actual.code === "q")
    throw new FormulaError(
      `Field ${actual.field?.name ?? ""} is a multi-select picklist field. Multi-select picklist fields are only supported in certain functions.`,
    );
}

function call(name: string, args: Expression[], context: FormulaContext): Type {
  if (elsewhere.has(name)) throw new FormulaError(`Function ${name} may not be used in this type of formula`);
  if (name === "CASE") return caseCall(args, context);
  const signature = functions.get(name);
  if (signature === undefined) throw new FormulaError(`Unknown function ${name}. Check spelling.`);
  if (onSaveOnly.has(name) && context.use !== "validation")
    throw new FormulaError(`Function ${name} may not be used in this type of formula`);
  const { params } = signature;
  const required = params.filter((param) => !param.optional).length;
  const most = params.some((param) => param.repeated) ? Infinity : params.length;
  if (args.length < required || args.length > most)
    throw new FormulaError(
      `Incorrect number of parameters for function '${name}()'. Expected ${args.length < required ? required : most}, received ${args.length}`,
    );
  const types = args.map((arg) => infer(arg, context));
  for (const [index, actual] of types.entries()) {
    const param = params[Math.min(index, params.length - 1)];
    if (param === undefined) continue;
    const arg = args[index];
    if (param.accepts === "l") {
      if (arg?.kind !== "text")
        throw new FormulaError(
          `Field ${actual.field?.name ?? name} may not be used as the second parameter of ${name}(): it must be a text literal`,
        );
      continue;
    }
    if (arg?.kind === "null") continue;
    if (
      accepts(param.accepts, actual) &&
      !(name === "TEXT" && actual.field !== undefined && actual.code === "t")
    )
      continue;
    if (!param.accepts.includes("p") && !param.accepts.includes("q")) pickOnly(actual);
    throw new FormulaError(
      `Incorrect parameter type for function '${name}()'. Expected ${expectation(param.accepts)}, received ${actual.label}`,
    );
  }
  if (name === "IF") same(types.slice(1), args.slice(1), `function 'IF()'`);
  if (name === "BLANKVALUE" || name === "NULLVALUE")
    if (types[0]?.code !== "p") same(types, args, `function '${name}()'`);
  if (/\d/.test(signature.result)) {
    const index = Number(signature.result) - 1;
    const picked = types[index];
    return picked === undefined || args[index]?.kind === "null" ? (types[index + 1] ?? type("x")) : picked;
  }
  return type(signature.result);
}

/** Values that stand for one another must be of one type. */
function same(types: Type[], args: Expression[], where: string): void {
  const [first] = types.filter((candidate, index) => candidate.code !== "x" && args[index]?.kind !== "null");
  for (const [index, other] of types.entries()) {
    if (first === undefined || other.code === "x" || args[index]?.kind === "null") continue;
    pickOnly(other);
    if (other.code !== first.code)
      throw new FormulaError(
        `Incorrect parameter type for ${where}. Expected ${first.label}, received ${other.label}`,
      );
  }
}

function caseCall(args: Expression[], context: FormulaContext): Type {
  if (args.length < 4 || args.length % 2 === 1)
    throw new FormulaError(
      `Incorrect number of parameters for function 'CASE()'. Expected ${Math.max(4, args.length + 1)}, received ${args.length}`,
    );
  const types = args.map((arg) => infer(arg, context));
  const subject = types[0] as Type;
  const choices = args
    .slice(1, -1)
    .flatMap((arg, index) => (index % 2 === 0 ? [{ arg, type: types[index + 1] as Type }] : []));
  for (const choice of choices) {
    if (choice.arg.kind === "null" || choice.type.code === "x" || subject.code === "x") continue;
    if (subject.code === "b")
      throw new FormulaError(
        `Incorrect parameter type for function 'CASE()'. Expected Number, Text, Date, Date/Time, Picklist, received Boolean`,
      );
    const wanted = subject.code === "p" ? "t" : subject.code;
    if (choice.type.code !== wanted)
      throw new FormulaError(
        `Incorrect parameter type for function 'CASE()'. Expected ${labels[wanted]}, received ${choice.type.label}`,
      );
  }
  const results = args.flatMap((arg, index) =>
    (index > 0 && index % 2 === 0) || index === args.length - 1 ? [{ arg, type: types[index] as Type }] : [],
  );
  same(
    results.map((result) => result.type),
    results.map((result) => result.arg),
    "function 'CASE()'",
  );
  return results.find((result) => result.arg.kind !== "null")?.type ?? type("x");
}

function binary(operator: string, left: Expression, right: Expression, context: FormulaContext): Type {
  const a = infer(left, context);
  const b = infer(right, context);
  const nothing = left.kind === "null" || right.kind === "null";
  const refuse = (expected: string, received: Type): FormulaError =>
    new FormulaError(
      `Incorrect parameter type for operator '${operator}'. Expected ${expected}, received ${received.label}`,
    );
  pickOnly(a);
  pickOnly(b);
  const both = (codes: string, expected: string): void => {
    for (const [side, expression] of [
      [a, left],
      [b, right],
    ] as const)
      if (side.code !== "x" && expression.kind !== "null" && !codes.includes(side.code))
        throw refuse(expected, side);
  };
  switch (operator) {
    case "&&":
    case "||":
      both("b", "Boolean");
      return type("b");
    case "&":
      both("t", "Text");
      return type("t");
    case "*":
    case "/":
    case "^":
      both("n", "Number");
      return type("n");
    case "+":
      if (a.code === "t" || b.code === "t") {
        both("t", "Text");
        return type("t");
      }
      both("ndzm", "Number, Date, Date/Time, Text");
      if (a.code === "n") return b;
      if ("dzm".includes(b.code)) throw refuse("Number", b);
      return a;
    case "-":
      both("ndzm", "Number, Date, Date/Time");
      if ("dzm".includes(a.code) && b.code === a.code) return type("n");
      if (a.code === "n" && "dzm".includes(b.code)) throw refuse("Number", b);
      if ("dzm".includes(a.code) && "dzm".includes(b.code)) throw refuse(a.label, b);
      return a;
    default:
      if (!nothing && a.code !== "x" && b.code !== "x" && a.code !== b.code) throw refuse(a.label, b);
      if (!["=", "==", "<>", "!="].includes(operator)) both("ndzmt", "Number, Date, Date/Time");
      return type("b");
  }
}

function infer(expression: Expression, context: FormulaContext): Type {
  switch (expression.kind) {
    case "number":
      return type("n");
    case "text":
      return type("t");
    case "boolean":
      return type("b");
    case "null":
      return type("x");
    case "field":
      return fieldType(expression.path, context);
    case "call":
      return call(expression.name, expression.args, context);
    case "unary": {
      const operand = infer(expression.operand, context);
      pickOnly(operand);
      const wanted = expression.operator === "!" ? "b" : "n";
      if (operand.code !== "x" && operand.code !== wanted)
        throw new FormulaError(
          `Incorrect parameter type for operator '${expression.operator}'. Expected ${labels[wanted]}, received ${operand.label}`,
        );
      return type(wanted);
    }
    case "binary":
      return binary(expression.operator, expression.left, expression.right, context);
  }
}

const resultNames: Record<string, string> = { ...labels, b: "true or false" };
const LONGEST = 3900;

/**
 * What is wrong with a formula, or nothing.
 * @param expected the code its result must have; undefined takes any
 */
export function formulaProblem(
  source: string,
  expected: string | undefined,
  context: FormulaContext,
): string | undefined {
  if (source.length > LONGEST)
    return `Formula is too long (${source.length.toLocaleString("en-US")} characters). Maximum length is ${LONGEST.toLocaleString("en-US")} characters.`;
  try {
    const result = infer(parseFormula(source), context);
    pickOnly(result);
    if (expected !== undefined && result.code !== "x" && result.code !== expected)
      return `Formula result is data type (${result.code === "b" ? "Boolean" : result.label}), incompatible with expected data type (${resultNames[expected]}).`;
    return undefined;
  } catch (error) {
    if (error instanceof FormulaError) return error.message;
    throw error;
  }
}

export const codeOfKind = (kind: string): string | undefined => kinds[kind];
