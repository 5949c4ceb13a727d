import { LightningElement } from "lwc";
import { t } from "local/boot";
import { urlOf } from "local/router";
import { closeTab, focusTab, onWorkspace, workspace } from "local/workspace";

/** The workspace tabs. Arrow keys move between them, Delete closes one. */
export default class ConsoleBar extends LightningElement {
  state = workspace();
  label = t("Workspace tabs");
  #stop: (() => void) | undefined;

  connectedCallback(): void {
    this.#stop = onWorkspace(() => {
      this.state = { ...workspace() };
    });
  }
  disconnectedCallback(): void {
    this.#stop?.();
  }

  get tabs(): object[] {
    return this.state.tabs.map((tab) => {
      const selected = tab.tabId === this.state.focusedTabId;
      return {
        ...tab,
        url: urlOf(tab.pageReference),
        current: selected ? "page" : undefined,
        closeLabel: t("Close {0}", tab.label),
        itemClass: `slds-context-bar__item console-tab-item ${selected ? "slds-is-active" : ""} ${tab.highlighted ? "console-highlighted" : ""}`,
      };
    });
  }

  #idOf(event: Event): string {
    return (event.currentTarget as HTMLElement).dataset.id ?? "";
  }
  focusTab(event: Event): void {
    event.preventDefault();
    const id = this.#idOf(event);
    focusTab(workspace().focusedInside[id] ?? id);
  }
  close(event: Event): void {
    closeTab(this.#idOf(event));
  }
  key(event: KeyboardEvent): void {
    const links = [...this.template!.querySelectorAll<HTMLElement>(".console-tab")];
    const at = links.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      links[(to + links.length) % links.length]?.focus();
    } else if (event.key === "Delete") closeTab(links[at]?.dataset.id ?? "");
  }
}
