import { LightningElement } from "lwc";
import { t } from "local/boot";

export default class Unavailable extends LightningElement {
  text = t("This record was deleted or you don't have access to it.");
}
