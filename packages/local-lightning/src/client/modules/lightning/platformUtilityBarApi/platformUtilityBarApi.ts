import { changeUtility, onEvent, utilityItems, type Utility } from "local/workspace";

type Changes = { label?: string; icon?: string; highlighted?: boolean; iconVariant?: string };
type PanelChanges = { label?: string; icon?: string; height?: number; width?: number };

export async function getAllUtilityInfo(): Promise<Utility[]> {
  return utilityItems().map((each) => ({ ...each }));
}
export async function getInfo(utilityId: string): Promise<Utility> {
  const found = utilityItems().find(({ id }) => id === utilityId);
  if (!found) throw new Error(`There is no utility ${utilityId}.`);
  return { ...found };
}
export async function updateUtility(
  utilityId: string,
  { label, icon, highlighted }: Changes,
): Promise<boolean> {
  return changeUtility(utilityId, {
    ...(label === undefined ? {} : { utilityLabel: label }),
    ...(icon === undefined ? {} : { utilityIcon: icon.includes(":") ? icon : `utility:${icon}` }),
    ...(highlighted === undefined ? {} : { utilityHighlighted: highlighted }),
  });
}
export async function updatePanel(
  utilityId: string,
  { label, icon, height, width }: PanelChanges,
): Promise<boolean> {
  return changeUtility(utilityId, {
    ...(label === undefined ? {} : { panelHeaderLabel: label }),
    ...(icon === undefined ? {} : { panelHeaderIcon: icon.includes(":") ? icon : `utility:${icon}` }),
    ...(height === undefined ? {} : { panelHeight: height }),
    ...(width === undefined ? {} : { panelWidth: width }),
  });
}
export async function open(utilityId: string): Promise<boolean> {
  return changeUtility(utilityId, { visible: true });
}
export async function minimize(utilityId: string): Promise<boolean> {
  return changeUtility(utilityId, { visible: false });
}
export async function onUtilityClick(
  utilityId: string,
  handler: (detail: unknown) => void,
): Promise<boolean> {
  onEvent(`utility ${utilityId}`, handler);
  return true;
}
/** We draw no modals over the page and no popped-out windows. We refuse them, as an app without them does. */
export async function enableModal(): Promise<boolean> {
  return false;
}
export async function enablePopout(): Promise<boolean> {
  return false;
}

/** A wire: the utility that holds a component. */
export class EnclosingUtilityId {
  static contextSchema = { utilityId: "optional" };
  static configSchema = {};
  #emit: (id: string | undefined) => void;
  constructor(emit: (id: string | undefined) => void) {
    this.#emit = emit;
  }
  connect(): void {}
  update(_config: unknown, context?: { utilityId?: string }): void {
    this.#emit(context?.utilityId);
  }
  disconnect(): void {}
}
