// The options of all benchmarks. Each benchmark lists them with --help, and refuses other options before it begins.
import { Command, InvalidArgumentError, Option } from "commander";

/** @param about a text for --help: the measured thing, and the method */
export const benchmark = (name: string, about: string): Command =>
  new Command(`npm run bench -- ${name}`)
    .usage("[options]")
    .description(about)
    .showHelpAfterError("(--help lists the options)")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

/** Reads a count: a whole number of at least 1. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("Give a whole number of at least 1.");
  return number;
}

/** An option that takes some names from a list: `--stores sqlite,postgres`. */
export function someOf<Name extends string>(flags: string, what: string, all: readonly Name[]): Option {
  return new Option(flags, `${what}: some of ${all.join(", ")}`)
    .default(all, all.join(","))
    .argParser((text): Name[] => {
      const names = text.split(",");
      const unknown = names.filter((name) => !all.includes(name as Name));
      if (unknown.length > 0)
        throw new InvalidArgumentError(
          `There is no ${unknown.join(", ")}. You can choose from: ${all.join(", ")}.`,
        );
      return names as Name[];
    });
}

export const stores = (): Option =>
  someOf("--stores <stores>", "the stores to measure", ["sqlite", "postgres"]);
