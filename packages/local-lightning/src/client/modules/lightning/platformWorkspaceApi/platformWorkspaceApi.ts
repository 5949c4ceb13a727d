import { boot } from "local/boot";
import { referenceOf, urlOf, type PageReference } from "local/router";
import {
  change,
  closeTab as close,
  find,
  focusedTab,
  focusTab as focus,
  openSubtab as subtab,
  openTab as tab,
  workspace,
  type Tab,
} from "local/workspace";

interface OpenOptions {
  pageReference?: PageReference;
  recordId?: string;
  url?: string;
  focus?: boolean;
  label?: string;
  icon?: string;
  overrideNavRules?: boolean;
}

function target({ pageReference, recordId, url }: OpenOptions): PageReference {
  if (pageReference) return pageReference;
  if (recordId)
    return { type: "standard__recordPage", attributes: { recordId, actionName: "view" }, state: {} };
  return referenceOf(url ?? "/lightning/page/home");
}

function onlyInConsole(): void {
  if (!boot.app.console) throw new Error("This method is only available in Lightning console apps.");
}

export async function openTab(options: OpenOptions): Promise<string> {
  onlyInConsole();
  return tab(target(options), { focus: options.focus ?? false, label: options.label, icon: options.icon });
}
export async function openSubtab(parentTabId: string, options: OpenOptions): Promise<string> {
  onlyInConsole();
  return subtab(parentTabId, target(options), {
    focus: options.focus ?? false,
    label: options.label,
    icon: options.icon,
  });
}
export async function closeTab(tabId: string): Promise<boolean> {
  onlyInConsole();
  return close(tabId);
}
export async function focusTab(tabId: string): Promise<boolean> {
  onlyInConsole();
  return focus(tabId);
}
export async function refreshTab(tabId: string): Promise<boolean> {
  onlyInConsole();
  return change(tabId, { version: (find(tabId)?.version ?? 0) + 1 });
}
export async function setTabLabel(tabId: string, label: string): Promise<object> {
  onlyInConsole();
  change(tabId, { label, customLabel: true });
  return infoOf(tabId);
}
export async function setTabIcon(tabId: string, icon: string): Promise<object> {
  onlyInConsole();
  change(tabId, { icon });
  return infoOf(tabId);
}
export async function setTabHighlighted(tabId: string, highlighted: boolean): Promise<object> {
  onlyInConsole();
  change(tabId, { highlighted });
  return infoOf(tabId);
}
export async function disableTabClose(tabId: string, disabled: boolean): Promise<object> {
  onlyInConsole();
  change(tabId, { closeable: !disabled });
  return infoOf(tabId);
}
export async function getTabInfo(tabId: string): Promise<object> {
  onlyInConsole();
  return infoOf(tabId);
}
export async function getFocusedTabInfo(): Promise<object> {
  onlyInConsole();
  const focused = focusedTab();
  if (!focused) throw new Error("No tab is focused.");
  return info(focused);
}
export async function getAllTabInfo(): Promise<object[]> {
  onlyInConsole();
  return workspace().tabs.map(info);
}

function infoOf(tabId: string): object {
  const found = find(tabId);
  if (!found) throw new Error(`There is no tab ${tabId}.`);
  return info(found);
}

function info(of: Tab): object {
  return {
    tabId: of.tabId,
    parentTabId: of.parentTabId,
    isSubtab: of.parentTabId !== null,
    pageReference: of.pageReference,
    recordId: of.pageReference.attributes.recordId ?? null,
    title: of.label,
    customTitle: of.customLabel ? of.label : null,
    icon: of.icon,
    iconAlt: null,
    customIcon: null,
    customIconAlt: null,
    highlighted: of.highlighted,
    pinned: false,
    closeable: of.closeable,
    focused: focusedTab()?.tabId === of.tabId,
    url: urlOf(of.pageReference),
    subtabs: of.subtabs.map(info),
  };
}

/** A wire: true if the app is a console. */
export class IsConsoleNavigation {
  constructor(emit: (is: boolean) => void) {
    emit(boot.app.console);
  }
  connect(): void {}
  update(): void {}
  disconnect(): void {}
}

/** A wire: the tab that holds a component. The tab provides it through context. */
export class EnclosingTabId {
  static contextSchema = { tabId: "optional" };
  static configSchema = {};
  #emit: (id: string | undefined) => void;
  constructor(emit: (id: string | undefined) => void) {
    this.#emit = emit;
  }
  connect(): void {}
  update(_config: unknown, context?: { tabId?: string }): void {
    this.#emit(context?.tabId);
  }
  disconnect(): void {}
}
