/** A console's workspace: its tabs and subtabs, the front one, and the items of the utility bar. */
import { boot, t } from "local/boot";
import { onNavigate, referenceOf, setUrl, urlOf, type PageReference } from "local/router";

export interface Tab {
  tabId: string;
  parentTabId: string | null;
  pageReference: PageReference;
  label: string;
  icon: string;
  highlighted: boolean;
  closeable: boolean;
  customLabel: boolean;
  /** Changes when the tab must load its page again. */
  version: number;
  subtabs: Tab[];
}

/** The page of the navigation item, behind all tabs. */
export interface Workspace {
  item: PageReference;
  tabs: Tab[];
  /** Undefined while the page of the navigation item is in front. */
  focusedTabId: string | undefined;
  /** The front page of each workspace tab: the tab itself, or a subtab. */
  focusedInside: Record<string, string>;
}

const state: Workspace = {
  item: referenceOf("/lightning/page/home"),
  tabs: [],
  focusedTabId: undefined,
  focusedInside: {},
};
const listeners = new Set<() => void>();
const events = new Map<string, Set<(detail: unknown) => void>>();
let next = 0;

export function workspace(): Workspace {
  return state;
}
export function onWorkspace(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
function changed(): void {
  save();
  const front = focusedTab();
  if (front) document.title = `${front.label} | Salesforce`;
  for (const listener of [...listeners]) listener();
}

const KEY = `workspace ${boot.org.id} ${boot.user.userId} ${boot.app.name}`;

/** Tabs survive a reload, as they do in a console. */
function save(): void {
  sessionStorage.setItem(KEY, JSON.stringify({ item: urlOf(state.item), tabs: state.tabs.map(saved) }));
}
interface SavedTab {
  url: string;
  label: string;
  icon: string;
  subtabs: SavedTab[];
}
function saved({ pageReference, label, icon, subtabs }: Tab): SavedTab {
  return { url: urlOf(pageReference), label, icon, subtabs: subtabs.map(saved) };
}
export function restore(): void {
  try {
    const { item, tabs } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as {
      item?: string;
      tabs?: SavedTab[];
    };
    if (item) state.item = referenceOf(item);
    const revive = ({ url, label, icon, subtabs }: SavedTab, parent: string | null): Tab => {
      const tab = { ...newTab(referenceOf(url), parent), label, icon };
      tab.subtabs = subtabs.map((each) => revive(each, tab.tabId));
      return tab;
    };
    state.tabs = (tabs ?? []).map((tab) => revive(tab, null));
  } catch {
    state.tabs = [];
  }
}

function newTab(pageReference: PageReference, parentTabId: string | null): Tab {
  return {
    tabId: parentTabId ? `${parentTabId}_${next++}` : `ctab${next++}`,
    parentTabId,
    pageReference,
    label: t("Loading"),
    icon: "standard:default",
    highlighted: false,
    closeable: true,
    customLabel: false,
    version: 0,
    subtabs: [],
  };
}

export function find(tabId: string): Tab | undefined {
  for (const tab of state.tabs) {
    if (tab.tabId === tabId) return tab;
    const inner = tab.subtabs.find((each) => each.tabId === tabId);
    if (inner) return inner;
  }
  return undefined;
}

const sameRecord = (a: PageReference, b: PageReference): boolean =>
  a.type === b.type &&
  (a.type === "standard__recordPage"
    ? a.attributes.recordId === b.attributes.recordId
    : urlOf(a) === urlOf(b));

export interface Opening {
  focus?: boolean | undefined;
  label?: string | undefined;
  icon?: string | undefined;
}

export function openTab(pageReference: PageReference, { focus = true, label, icon }: Opening = {}): string {
  const known = state.tabs.find((tab) => sameRecord(tab.pageReference, pageReference));
  const tab = known ?? newTab(pageReference, null);
  if (!known) state.tabs = [...state.tabs, tab];
  decorate(tab, label, icon);
  if (focus) focusTab(tab.tabId);
  else changed();
  return tab.tabId;
}

export function openSubtab(parentTabId: string, pageReference: PageReference, opening: Opening = {}): string {
  const parent = find(find(parentTabId)?.parentTabId ?? parentTabId);
  if (!parent) return openTab(pageReference, opening);
  if (sameRecord(parent.pageReference, pageReference)) {
    if (opening.focus ?? true) focusTab(parent.tabId);
    return parent.tabId;
  }
  const known = parent.subtabs.find((tab) => sameRecord(tab.pageReference, pageReference));
  const tab = known ?? newTab(pageReference, parent.tabId);
  if (!known) parent.subtabs = [...parent.subtabs, tab];
  decorate(tab, opening.label, opening.icon);
  if (opening.focus ?? true) focusTab(tab.tabId);
  else changed();
  return tab.tabId;
}

function decorate(tab: Tab, label: string | undefined, icon: string | undefined): void {
  if (label) {
    tab.label = label;
    tab.customLabel = true;
  }
  if (icon) tab.icon = icon;
}

export function focusTab(tabId: string): boolean {
  const tab = find(tabId);
  if (!tab) return false;
  const top = tab.parentTabId ?? tab.tabId;
  state.focusedTabId = top;
  state.focusedInside[top] = tab.parentTabId ? tab.tabId : tab.tabId;
  setUrl(urlOf(tab.pageReference));
  changed();
  fire("lightning__tabFocused", { currentTabId: tabId });
  return true;
}

/** The tab whose page the user sees. */
export function focusedTab(): Tab | undefined {
  if (!state.focusedTabId) return undefined;
  return find(state.focusedInside[state.focusedTabId] ?? state.focusedTabId);
}

export function focusItem(reference: PageReference = state.item): void {
  state.item = reference;
  state.focusedTabId = undefined;
  setUrl(urlOf(reference));
  changed();
}

export function closeTab(tabId: string): boolean {
  const tab = find(tabId);
  if (!tab?.closeable) return false;
  const parent = tab.parentTabId ? find(tab.parentTabId) : undefined;
  if (parent) {
    parent.subtabs = parent.subtabs.filter((each) => each.tabId !== tabId);
    if (state.focusedInside[parent.tabId] === tabId) focusTab(parent.tabId);
  } else {
    const at = state.tabs.indexOf(tab);
    state.tabs = state.tabs.filter((each) => each !== tab);
    if (state.focusedTabId === tabId) {
      const neighbour = state.tabs[Math.min(at, state.tabs.length - 1)];
      if (neighbour) focusTab(state.focusedInside[neighbour.tabId] ?? neighbour.tabId);
      else focusItem();
    }
  }
  changed();
  fire("lightning__tabClosed", { tabId });
  return true;
}

export function change(tabId: string, values: Partial<Tab>): boolean {
  const tab = find(tabId);
  if (!tab) return false;
  Object.assign(tab, values);
  changed();
  return true;
}

/** The page names its tab, unless a component has named it. */
export function nameTab(tabId: string | undefined, label: string, icon: string): void {
  const tab = tabId ? find(tabId) : undefined;
  if (!tab || tab.customLabel || (tab.label === label && tab.icon === icon)) return;
  Object.assign(tab, { label, icon });
  changed();
}

/** Handles a navigation in a console. A record opens in a tab, and a navigation item opens behind the tabs. */
export function place(reference: PageReference): boolean {
  if (!boot.app.console) return false;
  const { type } = reference;
  if (
    type === "standard__recordPage" ||
    type === "standard__recordRelationshipPage" ||
    type === "standard__component"
  ) {
    const inside = focusedTab();
    if (inside) openSubtab(inside.tabId, reference);
    else openTab(reference);
    return true;
  }
  const action = reference.attributes.actionName;
  if (type === "standard__objectPage" && action === "new") return false;
  focusItem(reference);
  return true;
}

/** Restores the page of the address, at the load and when the user goes back or forward. */
export function arrive(reference: PageReference): void {
  if (reference.type === "standard__recordPage") {
    for (const tab of state.tabs)
      for (const each of [tab, ...tab.subtabs])
        if (sameRecord(each.pageReference, reference)) {
          focusTab(each.tabId);
          return;
        }
    openTab(reference);
  } else if (reference.type !== "standard__objectPage" || reference.attributes.actionName !== "new")
    focusItem(reference);
}
onNavigate((reference) => {
  if (boot.app.console) arrive(reference);
});

export function fire(name: string, detail: unknown): void {
  for (const listener of events.get(name) ?? []) listener(detail);
}
export function onEvent(name: string, listener: (detail: unknown) => void): () => void {
  const set = events.get(name) ?? new Set();
  events.set(name, set);
  set.add(listener);
  return () => set.delete(listener);
}

/** The properties that a component may change in its utility item. */
export interface Utility {
  id: string;
  utilityLabel: string;
  utilityIcon: string;
  utilityHighlighted: boolean;
  utilityVisible: boolean;
  panelHeaderLabel: string;
  panelHeaderIcon: string;
  panelHeight: number;
  panelWidth: number;
  /** True while the docked panel is open. */
  visible: boolean;
  loaded: boolean;
}
const utilities = boot.app.utilities.map((item): Utility => ({
  id: item.identifier,
  utilityLabel: item.label,
  utilityIcon: item.icon,
  utilityHighlighted: false,
  utilityVisible: true,
  panelHeaderLabel: item.label,
  panelHeaderIcon: item.icon,
  panelHeight: item.height,
  panelWidth: item.width,
  visible: false,
  loaded: item.eager,
}));
const utilityListeners = new Set<() => void>();

export function utilityItems(): Utility[] {
  return utilities;
}
export function onUtilities(listener: () => void): () => void {
  utilityListeners.add(listener);
  return () => utilityListeners.delete(listener);
}
export function changeUtility(id: string, values: Partial<Utility>): boolean {
  const utility = utilities.find((each) => each.id === id);
  if (!utility) return false;
  // only one panel is docked at a time
  if (values.visible) for (const other of utilities) other.visible = false;
  Object.assign(utility, values);
  if (utility.visible) utility.loaded = true;
  for (const listener of [...utilityListeners]) listener();
  if (values.visible !== undefined) fire(`utility ${id}`, { panelVisible: values.visible });
  return true;
}
