import { LightningElement } from "lwc";
import { t } from "local/boot";
import { changeUtility, onUtilities, utilityItems, type Utility } from "local/workspace";

/** The bar at the foot of a console, with the panel above it. The component of a hidden panel stays alive. */
export default class UtilityBar extends LightningElement {
  state: Utility[] = [...utilityItems()];
  label = t("Utility Bar");
  minimizeLabel = t("Minimize");
  #stop: (() => void) | undefined;

  connectedCallback(): void {
    this.#stop = onUtilities(() => {
      this.state = utilityItems().map((each) => ({ ...each }));
    });
  }
  disconnectedCallback(): void {
    this.#stop?.();
  }

  get items(): object[] {
    return this.state.map((each) => ({
      ...each,
      expanded: String(each.visible),
      iconVariant: each.utilityHighlighted ? "inverse" : undefined,
      itemClass: "slds-utility-bar__item",
      buttonClass: `slds-button slds-utility-bar__action ${each.visible ? "slds-is-active" : ""} ${each.utilityHighlighted ? "is-highlighted" : ""}`,
      panelClass: `slds-utility-panel ${each.visible ? "slds-is-open" : ""} utility-panel`,
      style: `height: ${each.panelHeight}px; width: min(${each.panelWidth}px, 100vw)`,
    }));
  }

  toggle(event: Event): void {
    const id = (event.currentTarget as HTMLElement).dataset.id ?? "";
    changeUtility(id, { visible: !utilityItems().find((each) => each.id === id)?.visible });
  }
  key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    const id = (event.currentTarget as HTMLElement).dataset.panel ?? "";
    changeUtility(id, { visible: false });
    this.template!.querySelector<HTMLElement>(`button[data-id="${CSS.escape(id)}"]`)?.focus();
  }
}
