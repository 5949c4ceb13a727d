/** Streaming in the page: the org's own CometD endpoint, long-polled with the page's session. */
type Callback = (message: unknown) => void;
interface Subscription {
  id: string;
  channel: string;
  replayId: number;
}
const callbacks = new Map<string, Map<string, Callback>>();
let clientId: string | undefined;
let polling = false;
let next = 1;
let onFailure: (error: unknown) => void = () => {};

async function send(message: Record<string, unknown>): Promise<Record<string, unknown>[]> {
  const response = await fetch("/cometd/68.0", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([message]),
  });
  return (await response.json()) as Record<string, unknown>[];
}

async function handshake(): Promise<void> {
  if (clientId) return;
  const [answer] = await send({
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: ["long-polling"],
    ext: { replay: true },
  });
  if (!answer?.successful) throw answer;
  clientId = String(answer.clientId);
}

async function poll(): Promise<void> {
  if (polling) return;
  polling = true;
  while (callbacks.size > 0 && clientId) {
    try {
      for (const message of await send({
        channel: "/meta/connect",
        clientId,
        connectionType: "long-polling",
      })) {
        if (message.channel === "/meta/connect" && !message.successful) {
          clientId = undefined;
          onFailure(message);
        }
        for (const callback of callbacks.get(String(message.channel))?.values() ?? []) callback(message);
      }
    } catch (error) {
      clientId = undefined;
      onFailure(error);
    }
  }
  polling = false;
}

export async function subscribe(
  channel: string,
  replayId: number,
  callback: Callback,
): Promise<Subscription> {
  await handshake();
  const [answer] = await send({
    channel: "/meta/subscribe",
    clientId,
    subscription: channel,
    ext: { replay: { [channel]: replayId } },
  });
  if (!answer?.successful) throw answer;
  const id = String(next++);
  const known = callbacks.get(channel) ?? new Map<string, Callback>();
  callbacks.set(channel, known.set(id, callback));
  void poll();
  return { id, channel, replayId };
}

export async function unsubscribe(subscription: Subscription, callback?: Callback): Promise<void> {
  const known = callbacks.get(subscription.channel);
  known?.delete(subscription.id);
  if (known?.size === 0) callbacks.delete(subscription.channel);
  const [answer] = await send({ channel: "/meta/unsubscribe", clientId, subscription: subscription.channel });
  callback?.(answer);
}

export function onError(callback: (error: unknown) => void): void {
  onFailure = callback;
}
export function setDebugFlag(): void {}
export async function isEmpEnabled(): Promise<boolean> {
  return true;
}
