/* eslint-disable @typescript-eslint/no-explicit-any -- an adapter's configuration mixes values and "$reactive" names */
/** Navigation, the console and the utility bar. */
declare module "lightning/navigation" {
  import type { LightningElement, WireAdapterConstructor } from "lwc";

  export interface PageReference {
    type: string;
    attributes: Record<string, unknown>;
    state?: Record<string, string>;
  }
  interface Navigates {
    [navigate: symbol]: (page: PageReference, replace?: boolean) => Promise<string>;
  }
  interface NavigationMixin {
    (base: typeof LightningElement): { new (): LightningElement & Navigates; prototype: LightningElement };
    readonly Navigate: unique symbol;
    readonly GenerateUrl: unique symbol;
  }
  export const NavigationMixin: NavigationMixin;
  export const CurrentPageReference: WireAdapterConstructor<any, PageReference>;
}

declare module "lightning/platformWorkspaceApi" {
  import type { WireAdapterConstructor } from "lwc";

  export const IsConsoleNavigation: WireAdapterConstructor<any, boolean>;
  export const EnclosingTabId: WireAdapterConstructor<any, string | undefined>;
  export function setTabLabel(tabId: string, label: string): Promise<unknown>;
  export function openTab(tab: { recordId?: string; url?: string; focus?: boolean }): Promise<string>;
}

declare module "lightning/platformUtilityBarApi" {
  import type { WireAdapterConstructor } from "lwc";

  export const EnclosingUtilityId: WireAdapterConstructor<any, string | undefined>;
  export function updateUtility(
    utilityId: string,
    attributes: { label?: string; icon?: string; highlighted?: boolean },
  ): Promise<boolean>;
  export function minimize(utilityId: string): Promise<boolean>;
}
