/** Destructive changes: a missing component is a warning; a standard or still referenced one stays. */
import { referencesTo } from "./references.ts";
import type { Model } from "../deploy/model.ts";
import type { Failure } from "../package/read.ts";
import { childType, typeNamed } from "../package/registry.ts";
import { whyItStays } from "../standard/permanent.ts";

export function removalProblems(
  { type, fullName }: { type: string; fullName: string },
  file: string,
  model: Model,
): { failure?: Failure; present: boolean } {
  const fail = (problem: string, warning = false): Failure => ({
    type,
    fullName,
    file,
    problem,
    ...(warning ? { warning } : {}),
  });
  if (typeNamed(type) === undefined && childType(type) === undefined)
    return { present: false, failure: fail(`Unknown type name '${type}' specified in ${file}`) };
  if (fullName === "*")
    return {
      present: false,
      failure: fail(`Wildcards are not allowed in ${file}: name what is to be deleted`),
    };
  const permanent = whyItStays(model.org, type, fullName);
  if (permanent !== undefined) return { present: true, failure: fail(permanent) };
  if (model.inOrg(type, fullName) === undefined)
    return { present: false, failure: fail(`No ${type} named: ${fullName} found`, true) };
  const users = referencesTo(type, fullName, model);
  if (users.length > 0)
    return {
      present: true,
      failure: fail(
        `This ${words(type)} is referenced elsewhere in salesforce.com. Remove the usage and try again. : ${users.join(", ")}.`,
      ),
    };
  return { present: true };
}

const words = (type: string): string => type.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
