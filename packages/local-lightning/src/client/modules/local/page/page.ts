import { api, createContextProvider, LightningElement } from "lwc";
import { EnclosingTabId } from "lightning/platformWorkspaceApi";
import { boot, shell, t, type PageContext, type PageModel } from "local/boot";
import type { PageReference } from "local/router";
import { nameTab } from "local/workspace";

const provideTabId = createContextProvider(EnclosingTabId as never);

/** Shows the page of a page reference. */
export default class Page extends LightningElement {
  @api tabId?: string;
  model: PageModel | undefined;
  failed = false;
  heading = "";
  current: PageReference | undefined;

  @api get reference(): PageReference | undefined {
    return this.current;
  }
  set reference(value: PageReference | undefined) {
    this.current = value;
    if (this.isConnected) void this.#load();
  }

  connectedCallback(): void {
    provideTabId(
      this as never,
      {
        consumerConnectedCallback: (consumer: { provide(context: object): void }) =>
          consumer.provide({ tabId: this.tabId }),
      } as never,
    );
    void this.#load();
  }

  get isRecord(): boolean {
    return /^standard__record/.test(this.current?.type ?? "");
  }
  get isList(): boolean {
    return this.current?.type === "standard__objectPage";
  }
  get recordId(): string | undefined {
    return this.current?.attributes.recordId;
  }
  get relationship(): string | undefined {
    return this.current?.attributes.relationshipApiName;
  }
  get objectApiName(): string | undefined {
    return this.current?.attributes.objectApiName;
  }
  get filterName(): string | undefined {
    return this.current?.state?.filterName;
  }
  get context(): PageContext | undefined {
    return this.model ? { page: this.model } : undefined;
  }

  async #load(): Promise<void> {
    const reference = this.current;
    if (!reference || this.isRecord || this.isList) return;
    this.failed = false;
    try {
      const found = await this.#find(reference);
      if (reference !== this.current) return;
      this.model = found.page;
      this.failed = !found.page;
      this.#name(found.label, found.icon);
    } catch {
      this.failed = true;
    }
  }

  async #find(
    reference: PageReference,
  ): Promise<{ page: PageModel | undefined; label: string; icon: string }> {
    if (reference.type === "standard__navItemPage")
      return shell(`tab/${encodeURIComponent(reference.attributes.apiName ?? "")}`);
    if (reference.type === "standard__component") {
      const name = (reference.attributes.componentName ?? "").replace("__", ":");
      const component = { identifier: name, name, properties: {} };
      const page = {
        name,
        label: name,
        type: "AppPage",
        template: "flexipage:defaultAppHomeTemplate",
        regions: { main: { type: "Region", components: [component] } },
      };
      return { page, label: name, icon: "standard:custom" };
    }
    const { page } = await shell<{ page: PageModel | null }>(`home?app=${encodeURIComponent(boot.app.name)}`);
    return { page: page ?? undefined, label: t("Home"), icon: "standard:home" };
  }

  #name(label: string, icon: string): void {
    this.heading = label;
    nameTab(this.tabId, label, icon);
    this.dispatchEvent(new CustomEvent("localnamed", { detail: { label }, bubbles: true, composed: true }));
  }
}
