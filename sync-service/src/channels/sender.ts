import { isFromStore, isStoreDown } from "../store/watch.ts";
import { whyOf } from "./http.ts";
import { isOutcome, isTalk, type Delivery, type Outcome, type Sender, type Way } from "./channel.ts";

const conversationIn = (item: Delivery) => (isTalk(item) ? item.payload.conversationId : null);

/**
 * The store failed: the channel is not the cause. If it only refused a statement, it may refuse it each time, and the
 * message may be out already. So such an item gets a few attempts.
 */
const storeFailed = (error: unknown): Outcome => ({
  is: isStoreDown(error) ? "later" : "retry",
  reason: `The store failed: ${whyOf(error)}`,
});

/**
 * Makes a sender from a channel's way to send. Items do not affect each other: one that hangs or fails does not change
 * the outcomes of the others in its batch. An item that cannot be rendered becomes a dead letter with the reason.
 */
export function senderOf<Message>(way: Way<Message>): Sender & { close(): void } {
  const one = async (item: Delivery, signal: AbortSignal): Promise<Outcome> => {
    let message: Message | Outcome;
    try {
      message = await way.render(item);
    } catch (error) {
      if (isFromStore(error)) return storeFailed(error);
      return { is: "dead", reason: `The message could not be written: ${whyOf(error)}` };
    }
    if (isOutcome(message)) return message;
    try {
      return await way.send(message, item, signal);
    } catch (error) {
      return isFromStore(error) ? storeFailed(error) : { is: "unavailable", reason: whyOf(error) };
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
      const before = new Map<number, Promise<Outcome>>();
      return Promise.all(
        items.map((item) => {
          const outcome = Promise.race([inTurn(item, signal), late]);
          if (conversationIn(item) !== null) before.set(conversationIn(item)!, outcome);
          return outcome;
        }),
      );

      /** Messages of one conversation go in order. */
      async function inTurn(item: Delivery, aborts: AbortSignal): Promise<Outcome> {
        const conversation = conversationIn(item);
        const earlier = conversation === null ? undefined : await before.get(conversation);
        if (earlier !== undefined && earlier.is !== "delivered" && earlier.is !== "dead")
          return { is: "later", reason: "An earlier message of this conversation goes first.", after: 250 };
        return one(item, aborts);
      }
    },
    close: () => way.close?.(),
  };
}
