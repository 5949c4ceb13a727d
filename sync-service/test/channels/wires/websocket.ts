// A WebSocket server for text frames, as RFC 6455 says.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

export interface Peer {
  say(message: object): void;
  hangUp(): void;
}

function frame(opcode: number, body: Buffer): Buffer {
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, body.length])
      : Buffer.from([0x80 | opcode, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

/** The first whole frame, and what follows it; null: more has to come. */
function firstFrame(bytes: Buffer): { opcode: number; body: Buffer; rest: Buffer } | null {
  if (bytes.length < 2) return null;
  const short = bytes[1]! & 127;
  const at = short === 126 ? 4 : 2;
  if (bytes.length < at + 4) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < at + 4 + length) return null;
  const mask = bytes.subarray(at, at + 4);
  const body = Buffer.from(bytes.subarray(at + 4, at + 4 + length).map((byte, n) => byte ^ mask[n % 4]!));
  return { opcode: bytes[0]! & 15, body, rest: bytes.subarray(at + 4 + length) };
}

export async function webSocketWire(hello: object, heard: (message: unknown, peer: Peer) => void) {
  const peers = new Set<Peer>();
  const server = createServer().on("upgrade", (request, socket: Duplex) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const peer: Peer = {
      say: (message) => void socket.write(frame(1, Buffer.from(JSON.stringify(message)))),
      hangUp: () => void socket.destroy(),
    };
    peers.add(peer);
    let held = Buffer.alloc(0);
    socket.on("close", () => peers.delete(peer)).on("error", () => {});
    socket.on("data", (more: Buffer) => {
      held = Buffer.concat([held, more]);
      for (let one = firstFrame(held); one !== null; one = firstFrame(held)) {
        held = Buffer.from(one.rest);
        if (one.opcode === 1) heard(JSON.parse(one.body.toString()), peer);
        else if (one.opcode === 9) socket.write(frame(10, one.body));
        else if (one.opcode === 8) socket.end(frame(8, one.body));
      }
    });
    peer.say(hello);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    peers,
    async close() {
      for (const peer of peers) peer.hangUp();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
