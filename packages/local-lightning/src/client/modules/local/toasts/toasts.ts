import { LightningElement } from "lwc";
import { ShowToastEvent, ShowToastEventName, type ToastDetail } from "lightning/platformShowToastEvent";
import { t } from "local/boot";

interface Shown {
  id: number;
  title: string;
  variant: string;
  parts: { key: string; label: string; url?: string }[];
  icon: string;
  role: string;
  toastClass: string;
}

/** Messages at the top of the page. Every component below can ask for one with a ShowToastEvent. */
export default class Toasts extends LightningElement {
  toasts: Shown[] = [];
  label = t("Notifications");
  closeLabel = t("Close");
  #next = 1;
  #show = (event: Event) => this.show((event as CustomEvent<ToastDetail>).detail);

  connectedCallback(): void {
    window.addEventListener(ShowToastEventName, this.#show);
  }
  disconnectedCallback(): void {
    window.removeEventListener(ShowToastEventName, this.#show);
  }

  show(detail: ToastDetail): void {
    const variant = detail.variant ?? "info";
    const id = this.#next++;
    this.toasts = [
      ...this.toasts,
      {
        id,
        title: detail.title ?? "",
        variant,
        parts: partsOf(detail),
        icon: `utility:${variant}`,
        role: variant === "error" ? "alert" : "status",
        toastClass: `slds-notify slds-notify_toast slds-theme_${variant}`,
      },
    ].slice(-3);
    if (detail.mode !== "sticky" && variant !== "error")
      setTimeout(() => this.#remove(id), detail.mode === "pester" ? 3000 : 5000);
  }
  close(event: Event): void {
    this.#remove(Number((event.currentTarget as HTMLElement).dataset.id));
  }
  #remove(id: number): void {
    this.toasts = this.toasts.filter((each) => each.id !== id);
  }
}

/** Replaces `{0}` in a message with a text or a link. */
function partsOf({ message, messageData }: ToastDetail): Shown["parts"] {
  if (!message) return [];
  return message.split(/(\{\d+\})/).map((piece, i) => {
    const [, index] = /^\{(\d+)\}$/.exec(piece) ?? [];
    const value = index === undefined ? undefined : messageData?.[Number(index)];
    if (value === undefined) return { key: `${i}`, label: piece };
    if (typeof value === "string") return { key: `${i}`, label: value };
    return { key: `${i}`, label: value.label, ...(safe(value.url) ? { url: value.url } : {}) };
  });
}

function safe(url: string): boolean {
  return /^(https?:|\/(?!\/))/i.test(url);
}

export function toast(detail: ToastDetail): void {
  window.dispatchEvent(new ShowToastEvent(detail));
}

interface SaveErrorBody {
  message?: string;
  output?: {
    errors?: { message: string }[];
    fieldErrors?: Record<string, { message: string }[]>;
  };
}

/** The messages of a refused save, in general and for each field. */
export function problemsOf(error: unknown): { general: string[]; byField: Record<string, string> } {
  const body = (error as { body?: SaveErrorBody | { message: string }[] }).body;
  if (Array.isArray(body)) return { general: body.map(({ message }) => message), byField: {} };
  const general = (body?.output?.errors ?? []).map(({ message }) => message);
  const byField = Object.fromEntries(
    Object.entries(body?.output?.fieldErrors ?? {}).map(([field, [first]]) => [field, first?.message ?? ""]),
  );
  if (general.length === 0 && Object.keys(byField).length === 0)
    general.push(body?.message ?? (error instanceof Error ? error.message : t("Unknown error")));
  return { general, byField };
}

export function toastError(error: unknown): void {
  const { general, byField } = problemsOf(error);
  toast({
    title: "Error",
    message: [...general, ...Object.values(byField)].join(" "),
    variant: "error",
    mode: "sticky",
  });
}
