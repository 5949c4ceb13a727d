/** Lightning message channels within one page. */
type Listener = (message: unknown) => void;
interface Subscription {
  channel: string;
  listener: Listener;
}
const subscriptions = new Set<Subscription>();
const nameOf = (channel: unknown): string =>
  typeof channel === "string" ? channel : JSON.stringify((channel as { name?: string } | undefined) ?? null);

export const APPLICATION_SCOPE = Symbol("APPLICATION_SCOPE");

export class MessageContext {
  constructor(emit: (context: object) => void) {
    emit(createMessageContext());
  }
  connect(): void {}
  update(): void {}
  disconnect(): void {}
}

export function createMessageContext(): object {
  return {};
}
export function releaseMessageContext(): void {}

export function publish(_context: object, channel: unknown, message?: unknown): void {
  for (const subscription of [...subscriptions])
    if (subscription.channel === nameOf(channel)) subscription.listener(message);
}

export function subscribe(_context: object, channel: unknown, listener: Listener): Subscription {
  const subscription = { channel: nameOf(channel), listener };
  subscriptions.add(subscription);
  return subscription;
}

export function unsubscribe(subscription: Subscription | undefined): void {
  if (subscription) subscriptions.delete(subscription);
}
