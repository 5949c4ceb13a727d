/** The filters that a user last chose on a list, kept in this browser: a reload does not lose them. */
export interface Filters {
  [name: string]: string;
}

/** Words to search for are of the moment: they outlive a reload, not the tab. */
const OF_THE_TAB = "search";
const key = (list: string, user: string): string => `compromiso.filters.${list}.${user}`;

function read(storage: Storage, at: string): Filters {
  try {
    const kept: unknown = JSON.parse(storage.getItem(at) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}
function write(storage: Storage, at: string, filters: Filters): void {
  try {
    storage.setItem(at, JSON.stringify(filters));
  } catch {
    // a browser that keeps nothing still filters
  }
}

export function keptFilters<F extends Filters>(list: string, user: string, defaults: F): F {
  const at = key(list, user);
  const kept = { ...read(localStorage, at), ...read(sessionStorage, at) };
  const known = Object.keys(defaults).filter((name) => kept[name] !== undefined);
  return { ...defaults, ...Object.fromEntries(known.map((name) => [name, kept[name]])) };
}

export function keepFilters(list: string, user: string, filters: Filters): void {
  const at = key(list, user);
  const { [OF_THE_TAB]: words = "", ...others } = filters;
  write(localStorage, at, others);
  write(sessionStorage, at, { [OF_THE_TAB]: words });
}
