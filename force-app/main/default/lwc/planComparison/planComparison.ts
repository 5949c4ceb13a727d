/** The plans on sale beside one another, the contract's own marked. */
import { LightningElement, api } from "lwc";
import type { Policy, PlanOffer } from "c/slaEngine";
import { priorityLabel } from "c/slaStatus";
import { coverageWords, fill, target, text } from "c/supportFormat";
import { promiseGroups, span } from "c/supportContract";
import { labels } from "./labels.ts";

interface Cell {
  code: string;
  text: string;
  classes: string;
}

/** Cheapest promise first: by how many channels and hours it has, which is how catalogues are read. */
const byGenerosity = (a: PlanOffer, b: PlanOffer): number => a.channels.length - b.channels.length;

export default class PlanComparison extends LightningElement {
  @api policy!: Policy;

  labels = labels;

  private get offers(): PlanOffer[] {
    return [this.policy, ...this.policy.otherPlans].sort(byGenerosity);
  }

  private classesOf(code: string): string {
    return code === this.policy.plan ? "cell cell_mine tone_accent tinted" : "cell";
  }

  get plans(): { code: string; name: string; mine: boolean; classes: string }[] {
    return this.offers.map((offer) => ({
      code: offer.plan,
      name: text(offer.label),
      mine: offer.plan === this.policy.plan,
      classes: this.classesOf(offer.plan),
    }));
  }

  get rows(): { key: string; label: string; cells: Cell[] }[] {
    const order = this.policy.priorities.map(({ code }) => code);
    const channel = new Map(this.policy.channelCatalogue.map((each) => [each.code, text(each.label)]));
    const row = (key: string, label: string, of: (offer: PlanOffer) => string) => ({
      key,
      label,
      cells: this.offers.map((offer) => ({
        code: offer.plan,
        text: of(offer),
        classes: this.classesOf(offer.plan),
      })),
    });
    return [
      row("coverage", labels.coverage, (offer) => {
        const groups = promiseGroups(offer, order);
        const calendars = [...new Set(groups.map((group) => group.calendar))];
        return calendars
          .map((key) => {
            const priorities = groups.filter((group) => group.calendar === key).flatMap((g) => g.priorities);
            const hours = coverageWords(offer.calendars[key]!);
            return calendars.length === 1 ? hours : `${span(priorities, order)}: ${hours}`;
          })
          .join("\n");
      }),
      ...order.map((code) =>
        row(code, fill(labels.target, priorityLabel(code)), (offer) => {
          const promise = offer.targets[code];
          return promise ? target(promise.target) : "—";
        }),
      ),
      row("channels", labels.channels, (offer) =>
        offer.channels.map((code) => channel.get(code) ?? code).join(", "),
      ),
    ];
  }
}
