import { api, LightningElement } from "lwc";

/**
 * Draws icons from the design system's sprites, which the org serves as Salesforce does. The base components' own
 * icon draws from 1,500 compiled templates.
 */
export default class PrimitiveIcon extends LightningElement {
  static validationOptOut = ["class"];

  @api src?: string;
  @api svgClass?: string;
  @api size: string = "medium";
  @api variant: string = "";
  @api iconName?: string;

  get name(): string {
    return this.iconName?.split(":")[1] ?? "";
  }

  get href(): string {
    if (this.src) return this.src;
    const [sprite, name] = this.iconName?.split(":") ?? [];
    return sprite && name ? `/_slds/icons/${sprite}-sprite/svg/symbols.svg#${name}` : "";
  }

  get computedClass(): string {
    const bare = this.variant === "bare";
    const tone = {
      error: "slds-icon-text-error",
      warning: "slds-icon-text-warning",
      success: "slds-icon-text-success",
      inverse: "",
      bare: "",
    }[this.variant as string];
    return [
      this.svgClass ?? "",
      bare ? "" : "slds-icon",
      tone ?? (this.src ? "" : "slds-icon-text-default"),
      this.size && this.size !== "medium" ? `slds-icon_${this.size}` : "",
    ]
      .filter(Boolean)
      .join(" ");
  }
}
