// What the benchmarks take, in one way: each says so with --help, and refuses anything else before it begins.
import { Command, InvalidArgumentError, Option } from "commander";

/** @param about what is measured, and how */
export const benchmark = (name: string, about: string): Command =>
  new Command(`npm run bench -- ${name}`)
    .usage("[options]")
    .description(about)
    .showHelpAfterError("(--help says what it takes)")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

/** How many: a whole number of at least one. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It has to be a whole number of at least 1.");
  return number;
}

/** `--stores sqlite,postgres`: some of what there is. */
export function someOf<Name extends string>(flags: string, what: string, all: readonly Name[]): Option {
  return new Option(flags, `${what}: some of ${all.join(", ")}`)
    .default(all, all.join(","))
    .argParser((text): Name[] => {
      const names = text.split(",");
      const unknown = names.filter((name) => !all.includes(name as Name));
      if (unknown.length > 0)
        throw new InvalidArgumentError(`There is no ${unknown.join(", ")}; there are: ${all.join(", ")}.`);
      return names as Name[];
    });
}

export const stores = (): Option =>
  someOf("--stores <stores>", "the stores to measure", ["sqlite", "postgres"]);
