/** Bayeux 1.0 messages, as far as the Streaming API speaks them. */

export interface ClientMessage {
  channel: string;
  id?: string;
  clientId?: string;
  connectionType?: string;
  supportedConnectionTypes?: string[];
  subscription?: string | string[];
  advice?: { timeout?: number };
  ext?: { replay?: Record<string, number> };
}

export interface ServerMessage {
  channel: string;
  id?: string;
  clientId?: string;
  successful?: boolean;
  error?: string;
  subscription?: string;
  data?: unknown;
  advice?: { reconnect?: "retry" | "handshake" | "none"; interval?: number; timeout?: number };
  ext?: Record<string, unknown>;
  version?: string;
  minimumVersion?: string;
  supportedConnectionTypes?: string[];
}

/** An answer to a message, with what ties it to the question. */
export function reply(to: ClientMessage, rest: Omit<ServerMessage, "channel" | "id">): ServerMessage {
  return {
    channel: to.channel,
    ...(to.id === undefined ? {} : { id: to.id }),
    ...(to.clientId === undefined ? {} : { clientId: to.clientId }),
    ...rest,
  };
}

export function refusal(
  to: ClientMessage,
  error: string,
  rest: Partial<Pick<ServerMessage, "advice" | "subscription" | "ext">> = {},
): ServerMessage {
  return reply(to, { ...rest, error, successful: false });
}
