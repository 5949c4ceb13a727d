/** The client's page: the plan beside opening a case. */
import { LightningElement, api } from "lwc";

type Intake = HTMLElement & { talk(subject: string): void };

export default class SupportHome extends LightningElement {
  @api contactEmail = "";

  /** A question about the plan is a case like any other. */
  handleTalk(event: CustomEvent<{ subject: string }>): void {
    this.template!.querySelector<Intake>("c-case-intake")?.talk(event.detail.subject);
  }
}
