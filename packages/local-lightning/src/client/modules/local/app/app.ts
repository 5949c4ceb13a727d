import { LightningElement, track } from "lwc";
import { boot, t } from "local/boot";
import { current, intercept, navigate, onNavigate, setUrl, urlOf, type PageReference } from "local/router";
import { toast } from "local/toasts";
import { arrive, onWorkspace, place, restore, workspace, type Workspace } from "local/workspace";

/** The frame of every page: header, navigation, the page or the console's tabs, utility bar and toasts. */
export default class App extends LightningElement {
  reference: PageReference = current();
  @track workspace: Workspace = workspace();
  newObject: string | undefined;
  defaults = "";
  /** A list of one: each opening is another composer. */
  emails: { key: number; recordId: string | undefined; defaults: string | undefined }[] = [];
  #behind = "";

  isConsole = boot.app.console;
  hasUtilities = boot.app.utilities.length > 0;
  skipLabel = t("Skip to Main Content");

  /** A list with one item, so that a new address makes a new page and does not change the old one. */
  get pages(): { key: string; reference: PageReference }[] {
    return [{ key: urlOf(this.reference), reference: this.reference }];
  }

  connectedCallback(): void {
    intercept((reference) => this.#act(reference) || this.#new(reference) || place(reference));
    const first = boot.app.items[0]?.url ?? "/lightning/page/home";
    const here = current();
    const lost =
      here.type === "standard__app" ||
      (here.attributes.pageName === "home" && !boot.app.items.some(({ name }) => name === "standard-home"));
    if (lost) setUrl(first, true);
    if (boot.app.console) {
      restore();
      onWorkspace(() => {
        this.workspace = { ...workspace() };
      });
      if (!this.#new(current())) arrive(current());
    } else {
      this.reference = current();
      this.#new(this.reference);
      onNavigate((reference) => {
        if (!this.#new(reference)) this.reference = reference;
      });
    }
    window.addEventListener("local-session-ended", () => window.location.assign("/?login"));
  }

  /** A quick action opens over the page that asked for it, which keeps its address. */
  #act(reference: PageReference): boolean {
    if (reference.type !== "standard__quickAction") return false;
    const { attributes, state = {} } = reference;
    if (attributes.apiName?.endsWith(".SendEmail"))
      this.emails = [{ key: Date.now(), recordId: state.recordId, defaults: state.defaultFieldValues }];
    else toast({ title: t("This org has no quick action {0}.", attributes.apiName), variant: "error" });
    return true;
  }
  closeEmail(): void {
    this.emails = [];
  }

  /** The dialog of a new record opens over the page that asked for it. */
  #new(reference: PageReference): boolean {
    if (reference.type !== "standard__objectPage" || reference.attributes.actionName !== "new") return false;
    const here = current();
    if (here.attributes.actionName === "new" && here.type === reference.type) {
      this.#behind = `/lightning/o/${reference.attributes.objectApiName}/list`;
      this.reference = { ...reference, attributes: { ...reference.attributes, actionName: "list" } };
    } else this.#behind = window.location.pathname + window.location.search;
    setUrl(urlOf(reference));
    this.newObject = reference.attributes.objectApiName;
    this.defaults = reference.state?.defaultFieldValues ?? "";
    return true;
  }

  closeNew(event: CustomEvent<{ recordId?: string }>): void {
    const object = this.newObject;
    this.newObject = undefined;
    setUrl(this.#behind, true);
    if (event.detail.recordId)
      navigate({
        type: "standard__recordPage",
        attributes: { recordId: event.detail.recordId, objectApiName: object, actionName: "view" },
        state: {},
      });
  }

  named(event: CustomEvent<{ label: string }>): void {
    document.title = `${event.detail.label} | Salesforce`;
  }

  skip(event: Event): void {
    event.preventDefault();
    // in a console the tabs hold the front page
    const main = [...document.querySelectorAll<HTMLElement>("[role=main]")].find(
      (each) => each.offsetParent !== null,
    );
    main?.focus();
  }
}
