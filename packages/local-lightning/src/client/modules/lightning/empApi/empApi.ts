/** Streaming in the page, over the org's CometD with the page's session. The page has one client. */
type Message = Record<string, unknown> & { channel: string };
type Callback = (message: unknown) => void;
interface Subscription {
  id: string;
  channel: string;
  replayId: number;
}
interface Listened {
  callbacks: Map<string, Callback>;
  /** The position from which we go on after a lost connection. */
  replayId: number;
}

const channels = new Map<string, Listened>();
const errorCallbacks = new Set<Callback>();
/** We connect again after this long, ms. */
const retryAfter = 1000;
let line: Promise<string> | undefined;
let polling = false;
let next = 1;

const failed = (error: unknown) => errorCallbacks.forEach((callback) => callback(error));

async function send(message: Record<string, unknown>): Promise<Message[]> {
  const response = await fetch("/cometd/68.0", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([message]),
  });
  return (await response.json()) as Message[];
}

async function handshake(): Promise<string> {
  const [answer] = await send({
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: ["long-polling"],
    ext: { replay: true },
  });
  if (!answer?.successful) throw answer;
  return String(answer.clientId);
}

async function ask(clientId: string, channel: string, replayId: number): Promise<void> {
  const [answer] = await send({
    channel: "/meta/subscribe",
    clientId,
    subscription: channel,
    ext: { replay: { [channel]: replayId } },
  });
  if (!answer?.successful) throw answer;
}

/** The client's id. After a lost connection it subscribes to every channel again, from its position. */
function connected(): Promise<string> {
  return (line ??= (async () => {
    const clientId = await handshake();
    for (const [channel, { replayId }] of channels) await ask(clientId, channel, replayId);
    return clientId;
  })().catch((error: unknown) => {
    line = undefined;
    throw error;
  }));
}

async function poll(): Promise<void> {
  if (polling) return;
  polling = true;
  while (channels.size > 0)
    try {
      const clientId = await connected();
      for (const message of await send({
        channel: "/meta/connect",
        clientId,
        connectionType: "long-polling",
      })) {
        if (message.channel === "/meta/connect" && !message.successful) throw message;
        const listened = channels.get(message.channel);
        if (!listened) continue;
        const { event } = (message.data ?? {}) as { event?: { replayId?: number } };
        listened.replayId = event?.replayId ?? listened.replayId;
        for (const callback of listened.callbacks.values()) callback(message);
      }
    } catch (error) {
      line = undefined;
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, retryAfter));
    }
  polling = false;
}

export async function subscribe(
  channel: string,
  replayId: number,
  callback: Callback,
): Promise<Subscription> {
  await ask(await connected(), channel, replayId);
  const id = String(next++);
  const listened = channels.get(channel) ?? { callbacks: new Map<string, Callback>(), replayId };
  listened.callbacks.set(id, callback);
  channels.set(channel, listened);
  void poll();
  return { id, channel, replayId };
}

export async function unsubscribe({ id, channel }: Subscription, callback?: Callback): Promise<void> {
  const listened = channels.get(channel);
  listened?.callbacks.delete(id);
  if (listened && listened.callbacks.size > 0) return void callback?.({ channel, successful: true });
  channels.delete(channel);
  const [answer] = await send({ channel: "/meta/unsubscribe", clientId: await line, subscription: channel });
  callback?.(answer);
}

export function onError(callback: Callback): void {
  errorCallbacks.add(callback);
}
export function setDebugFlag(): void {}
export async function isEmpEnabled(): Promise<boolean> {
  return true;
}
