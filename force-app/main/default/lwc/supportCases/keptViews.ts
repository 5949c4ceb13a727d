/** Filters with a name, kept in this browser for one user. */
import type { Filters } from "./keptFilters.ts";

export interface View {
  name: string;
  filters: Filters;
}

/** More would be no menu. */
const MOST_VIEWS = 20;
export const LONGEST_VIEW_NAME = 40;
const key = (list: string, user: string): string => `compromiso.views.${list}.${user}`;

const isView = (value: unknown): value is View => {
  if (typeof value !== "object" || value === null) return false;
  const { name, filters } = value as Partial<View>;
  return (
    typeof name === "string" &&
    typeof filters === "object" &&
    filters !== null &&
    Object.values(filters).every((each) => typeof each === "string")
  );
};

export function keptViews(list: string, user: string): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(list, user)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView).slice(0, MOST_VIEWS) : [];
  } catch {
    return [];
  }
}

/** Answers whether the browser keeps them. */
export function keepViews(list: string, user: string, views: View[]): boolean {
  try {
    localStorage.setItem(key(list, user), JSON.stringify(views));
    return true;
  } catch {
    return false;
  }
}

/** With this view too, in the place of one that has the same name. */
export const withView = (views: View[], view: View): View[] =>
  [...views.filter(({ name }) => name !== view.name), view]
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, MOST_VIEWS);

export const isSameView = (a: Filters, b: Filters): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => (a[name] ?? "") === (b[name] ?? ""));
