import { LightningElement } from "lwc";
import { boot, t } from "local/boot";

/** The apps that the user may open. */
export default class AppLauncher extends LightningElement {
  open = false;
  label = t("App Launcher");
  appsLabel = t("Apps");

  get expanded(): string {
    return String(this.open);
  }
  get apps(): object[] {
    return boot.apps.map((app) => ({
      ...app,
      url: app.name.startsWith("standard__") ? `/lightning/app/${app.name}` : `/lightning/app/c__${app.name}`,
      current: app.name === boot.app.name ? "true" : undefined,
      initials: app.label
        .split(/\s+/)
        .map((word) => word[0] ?? "")
        .slice(0, 2)
        .join("")
        .toUpperCase(),
      style: `background: ${/^#[0-9a-f]{3,8}$/i.test(app.color) ? app.color : "#0176d3"}`,
    }));
  }

  toggle(): void {
    this.open = !this.open;
  }
  key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.open) return;
    this.open = false;
    this.template!.querySelector("button")?.focus();
  }
  leave(event: FocusEvent): void {
    if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) this.open = false;
  }
}
