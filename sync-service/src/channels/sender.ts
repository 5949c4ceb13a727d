import { whyOf } from "./http.ts";
import { isOutcome, type Delivery, type Outcome, type Sender, type Way } from "./channel.ts";

/**
 * A sender of one channel's way to send. Each item is on its own: one that cannot be rendered is a dead letter and says
 * so, and one that hangs or fails leaves the others of its batch their answers.
 */
export function senderOf<Message>(way: Way<Message>): Sender & { close(): void } {
  const one = async (item: Delivery, signal: AbortSignal): Promise<Outcome> => {
    let message: Message | Outcome;
    try {
      message = await way.render(item);
    } catch (error) {
      return { is: "dead", reason: `It cannot be put into words: ${whyOf(error)}` };
    }
    if (isOutcome(message)) return message;
    try {
      return await way.send(message, item, signal);
    } catch (error) {
      return { is: "unavailable", reason: whyOf(error) };
    }
  };
  return {
    batch: way.batch,
    linger: 0,
    ...(way.pace === undefined ? {} : { pace: way.pace }),
    async deliver(items, signal) {
      const late = new Promise<Outcome>((resolve) => {
        const tooLate = () => resolve({ is: "unavailable", reason: "No answer within 30 s." });
        if (signal.aborted) tooLate();
        else signal.addEventListener("abort", tooLate, { once: true });
      });
      return Promise.all(items.map((item) => Promise.race([one(item, signal), late])));
    },
    close: () => way.close?.(),
  };
}
