import { api, createContextProvider, LightningElement } from "lwc";
import { EnclosingUtilityId } from "lightning/platformUtilityBarApi";
import { boot, type ComponentModel, type PageContext } from "local/boot";

const provideUtilityId = createContextProvider(EnclosingUtilityId as never);

/** The place of a utility item's component. The component can ask for its own id. */
export default class UtilityHost extends LightningElement {
  @api utilityId!: string;
  context: PageContext = { page: { name: "", label: "", type: "UtilityBar", template: "", regions: {} } };

  get model(): ComponentModel | undefined {
    return boot.app.utilities.find(({ identifier }) => identifier === this.utilityId)?.component;
  }

  connectedCallback(): void {
    provideUtilityId(
      this as never,
      {
        consumerConnectedCallback: (consumer: { provide(context: object): void }) =>
          consumer.provide({ utilityId: this.utilityId }),
      } as never,
    );
  }
}
