/** The data that the server sent with the page. */
export interface NavItem {
  name: string;
  label: string;
  icon: string;
  url: string;
  object?: string;
}
export interface ComponentModel {
  identifier: string;
  name: string;
  properties: Record<string, unknown>;
  field?: { name: string; behavior: string };
  visibility?: { criteria: { left: string; operator: string; right: string }[]; logic?: string };
}
export interface UtilityItem {
  identifier: string;
  label: string;
  icon: string;
  width: number;
  height: number;
  eager: boolean;
  scrollable: boolean;
  component: ComponentModel;
}
export interface Boot {
  user: {
    userId: string;
    name: string;
    username: string;
    language: string;
    locale: string;
    timeZone: string;
  };
  org: { id: string; name: string };
  app: {
    name: string;
    label: string;
    description: string;
    color: string;
    console: boolean;
    items: NavItem[];
    utilities: UtilityItem[];
    utilitiesLeft: boolean;
  };
  apps: { name: string; label: string; description: string; color: string }[];
  languages: { value: string; label: string }[];
  words: Record<string, string>;
}

export const boot: Boot = (window as unknown as { lightningBoot: Boot }).lightningBoot;

/** A word of the interface in the user's language. The first argument replaces `{0}`. */
export function t(english: string, ...values: unknown[]): string {
  return (boot.words[english] ?? english).replaceAll(/\{(\d)\}/g, (_, i: string) =>
    String(values[Number(i)] ?? ""),
  );
}

export async function shell<T>(path: string): Promise<T> {
  const response = await fetch(`/lightning/shell/${path}`, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${response.status}`);
  return (await response.json()) as T;
}

export interface PageModel {
  name: string;
  label: string;
  type: string;
  object?: string;
  template: string;
  regions: Record<string, { type: string; components: ComponentModel[] }>;
}
export interface Layout {
  sections: { heading: string; columns: { field: string; required: boolean; readOnly: boolean }[][] }[];
  relatedLists: { relationship: string; fields: string[] }[];
  /** The page's name for a field, where it differs from the field's label. */
  labels?: Record<string, string>;
}
export interface RecordPageModel {
  page: PageModel;
  highlights: string[];
  layout: Layout;
  relatedLists: string[];
}
/** The services that the components of one page share. */
export interface PageContext {
  recordId?: string;
  objectApiName?: string;
  page: PageModel;
  record?: RecordPageModel;
}
