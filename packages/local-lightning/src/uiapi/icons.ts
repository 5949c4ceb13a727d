/** The standard icons and their colours, in the form of `themeInfo`. */
const STANDARD: Record<string, [name: string, colour: string]> = {
  Account: ["account", "5867E8"],
  Case: ["case", "FF538A"],
  CaseComment: ["feed", "6B9EE2"],
  Contact: ["contact", "9602C7"],
  EmailMessage: ["email", "939393"],
  Group: ["groups", "779EF2"],
  User: ["user", "34BECD"],
  Report: ["report", "2ECBBE"],
  Dashboard: ["dashboard", "EF6E64"],
};

export function iconNameOf(object: string, motif?: string): string {
  const [, custom] = /^Custom(\d+)/.exec(motif ?? "") ?? [];
  if (custom) return `custom:custom${custom}`;
  const [name] = STANDARD[object] ?? [];
  return name ? `standard:${name}` : "standard:custom";
}

export function iconOf(object: string): { color: string; iconUrl: string } {
  const [name, color] = STANDARD[object] ?? ["custom", "FF7B84"];
  return { color, iconUrl: `/_slds/icons/standard/${name}_120.png` };
}
