export interface ToastDetail {
  title?: string;
  message?: string;
  messageData?: (string | { url: string; label: string })[];
  variant?: "info" | "success" | "warning" | "error";
  mode?: "dismissible" | "dismissable" | "pester" | "sticky";
}

export const ShowToastEventName = "lightning__showtoast";

export class ShowToastEvent extends CustomEvent<ToastDetail> {
  constructor(detail: ToastDetail) {
    super(ShowToastEventName, { bubbles: true, composed: true, cancelable: true, detail });
  }
}
