/** Tabs: of exactly one thing, which exists. */
import { child, flag, textOf } from "../xml/parse.ts";
import { exposure } from "../lwc/compile.ts";
import type { Rule } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

const contents = ["customObject", "flexiPage", "lwcComponent", "page", "url", "auraComponent", "scontrol"];

/** Tab styles are numbered to 100: `Custom54: Gears`. */
const motifs = /^Custom([1-9]\d?|100): \S/;

export const customTab: Rule = (item, element, context) => {
  const present = contents.filter((name) =>
    name === "customObject" ? flag(element, name) : (textOf(element, name) ?? "") !== "",
  );
  if (present.length !== 1) {
    context.report(
      present.length === 0
        ? `A tab needs one of ${contents.join(", ")}`
        : `A tab can show only one thing, not ${present.join(" and ")}`,
    );
    return;
  }
  const motif = textOf(element, "motif");
  if (motif !== undefined && !motifs.test(motif))
    context.report(`The tab style ${motif} doesn't exist`, child(element, "motif"));
  const [content = ""] = present;
  limitLengths(element, { label: 80, description: 255 }, context);
  const name = textOf(element, content) ?? "";
  const where = child(element, content);
  const label = textOf(element, "label");
  if (content === "customObject") {
    if (context.model.object(item.fullName) === undefined)
      context.report(`In field: customObject - no CustomObject named ${item.fullName} found`, where);
    if (label !== undefined)
      context.report("Can not specify a label for the tab of a custom object", child(element, "label"));
    return;
  }
  if (label === undefined || label === "")
    context.report("Master label must be provided for non-custom object tabs");
  if (content === "flexiPage" && context.model.find("FlexiPage", name) === undefined)
    context.report(notFound("flexiPage", "FlexiPage", name), where);
  else if (content === "flexiPage") {
    const page = context.model.find("FlexiPage", name)?.element;
    const type = page && textOf(page, "type");
    if (type !== undefined && type !== "AppPage")
      context.report(`A tab can show an app page only: ${name} is of type ${type}`, where);
  }
  if (content === "page" && context.model.find("ApexPage", name) === undefined)
    context.report(notFound("page", "ApexPage", name), where);
  if (
    content === "auraComponent" &&
    context.model.find("AuraDefinitionBundle", name.replace(/^c:/, "")) === undefined
  )
    context.report(notFound("auraComponent", "AuraDefinitionBundle", name), where);
  if (content === "lwcComponent") {
    const bundle = context.model.find("LightningComponentBundle", name.replace(/^c:/, ""));
    if (bundle === undefined)
      context.report(notFound("lwcComponent", "LightningComponentBundle", name), where);
    else if (bundle.element !== undefined) {
      const { exposed, targets } = exposure(bundle.element);
      if (!exposed || !targets.includes("lightning__Tab"))
        context.report(
          `The component ${name} isn't exposed to tabs: it needs isExposed and the target lightning__Tab`,
          where,
        );
    }
  }
  if (content === "url" && !/^(https?:\/\/|\/|\{!)/.test(name))
    context.report(`The url of a web tab must be a web address: ${name}`, where);
};
