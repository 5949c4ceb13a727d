/** The rules for imports. Each fault is a sentence that names the file, the import and the remedy. */
import { isBuiltin } from "node:module";
import { packageOf } from "../../pack/imports.ts";
import type { Import } from "./graph.ts";
import type { Package } from "./packages.ts";

/** The service's folders and files from the ground up. Each may import only from its own line and the lines before it. */
const order = [
  "runtime pace world failpoints alarm loop remembered shipped secrets http-request input-faults input-words zones",
  "store",
  "audit",
  "messages",
  "channels",
  "case",
  "orgs",
  "events",
  "outbox",
  "notices",
  "mirror",
  "clocks",
  "intake",
  "lanes",
  "hub",
  "doctor",
  "install",
  "reports",
  "clients",
  "traces",
  "http",
  "config enforcement service",
  "cli",
].map((level) => level.split(" "));
const service = "sync-service/src/";
const components = "force-app/main/default/lwc/";

/** The packages of ours that each package may use at run time. Tests, benches and scripts may use all of them. */
const uses: Record<string, string[]> = {
  "@compromiso/sync-service": ["@compromiso/pubsub-api", "c"],
  "@compromiso/local-org": ["@compromiso/pubsub-api"],
  "@compromiso/local-lightning": ["@compromiso/local-org"],
  "@compromiso/pubsub-api": [],
  c: [],
};

const isTest = (path: string) => /(^|\/)(test|__tests__|bench)\//.test(path);
/** The commands that `scripts/bootstrap.js` runs before the tools, the devDependencies, are there. */
const startsTheProduct = (path: string) =>
  /^scripts\/(start|remove|release|first-hour|build\/(build|components)\.js)/.test(path) && !isTest(path);
const shipped = (path: string) => /(^|\/)(src|bin)\//.test(path) || path.startsWith(components);

export function faultsOf(imports: Import[], packages: Package[]): string[] {
  const own = (path: string) =>
    packages.find(({ folder }) => folder === "" || path.startsWith(`${folder}/`))!;
  return [
    ...circles(imports),
    ...new Set(imports.flatMap((one) => upward(one))),
    ...imports.flatMap((one) => foreign(one, own)),
    ...imports.flatMap((one) => undeclared(one, own, packages)),
  ];
}

/** Gives one sentence per circle. For each file in a circle it takes the shortest one. */
export function circles(imports: Import[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) if (to !== null) next.set(from, (next.get(from) ?? new Set()).add(to));
  const found = new Map<string, string[]>();
  for (const start of [...next.keys()].sort()) {
    const path = wayBack(start, next);
    const members = path === null ? "" : [...path].sort().join();
    if (path !== null && !found.has(members)) found.set(members, path);
  }
  return [...found.values()].map(
    (path) =>
      `These files import each other in a circle: ${[...path, path[0]].join(" → ")}. Move what they share to a file of its own.`,
  );
}

function wayBack(start: string, next: Map<string, Set<string>>): string[] | null {
  const before = new Map<string, string>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift())
    for (const to of next.get(at) ?? []) {
      if (to === start) {
        const path = [at];
        for (let back = at; back !== start;) path.unshift((back = before.get(back)!));
        return path;
      }
      if (!before.has(to)) {
        before.set(to, at);
        queue.push(to);
      }
    }
  return null;
}

function upward({ from, to }: Import): string[] {
  if (!from.startsWith(service) || to === null || !to.startsWith(service)) return [];
  const [mine, theirs] = [from, to].map((path) => /^[\w-]+/.exec(path.slice(service.length))![0]);
  const [here, there] = [mine, theirs].map((name) => order.findIndex((level) => level.includes(name!)));
  const missing = here === -1 ? mine : there === -1 ? theirs : undefined;
  if (missing !== undefined)
    return [
      `sync-service/src/${missing} has no place in the order of the service. Add it in scripts/test/layout/rules.ts.`,
    ];
  return there! > here!
    ? [
        `${from} imports upward: ${mine} stands below ${theirs}, so it may not import ${to}. Move what they share down, or pass it in.`,
      ]
    : [];
}

/** Finds imports of another package that are not allowed, or that reach behind its public exports. */
function foreign({ from, specifier, to }: Import, own: (path: string) => Package): string[] {
  if (to === null) return [];
  const [mine, theirs] = [own(from), own(to)];
  if (mine === theirs) {
    const [here, there] = [from, to].map((path) => path.slice(components.length).split("/")[0]!);
    const otherBundle = from.startsWith(components) && here !== there && specifier.startsWith(".");
    return otherBundle && !isTest(from) && !isTest(to)
      ? [`${from} imports ${to} from inside another component. Write c/${there}: only that is deployed.`]
      : [];
  }
  if (theirs.folder === "") return shipped(from) && !isTest(from) ? [outside(from, to, mine)] : [];
  if (specifier.startsWith("."))
    return [
      `${from} imports ${to} from inside ${theirs.name}. Import what ${theirs.name} exports, or export it there.`,
    ];
  const allowed = uses[mine.name];
  return allowed === undefined || allowed.includes(theirs.name) || isTest(from) || !shipped(from)
    ? []
    : [`${from} imports ${theirs.name}, and ${mine.name} may know nothing of it.`];
}

const outside = (from: string, to: string, mine: Package) =>
  `${from} imports ${to}, which lies outside ${mine.name} and would be missing once it is installed.`;

function undeclared(
  { from, specifier, to }: Import,
  own: (path: string) => Package,
  packages: Package[],
): string[] {
  if (
    /^[./#]|^(c|local|lightning|lwc|@salesforce)(\/|$)/.test(specifier) &&
    !specifier.startsWith("@salesforce/source")
  )
    return [];
  // the reader of an example installs its packages
  if (isBuiltin(specifier) || from.includes("/examples/")) return [];
  const name = packageOf(specifier);
  const mine = own(from);
  const root = packages.find(({ folder }) => folder === "")!;
  const runs = shipped(from) && !isTest(from);
  const declared =
    mine.dependencies.has(name) ||
    (mine.devDependencies.has(name) &&
      !startsTheProduct(from) &&
      (!runs || name === "@compromiso/pubsub-api")) ||
    (!runs && (root.dependencies.has(name) || (root.devDependencies.has(name) && !startsTheProduct(from))));
  if (declared || (to !== null && own(to) === mine)) return [];
  return [
    `${from} imports ${name}, but ${mine.folder === "" ? "package.json" : `${mine.folder}/package.json`} does not declare it. Add it to its ${runs || startsTheProduct(from) ? "dependencies" : "devDependencies, or to the root's"}.`,
  ];
}
