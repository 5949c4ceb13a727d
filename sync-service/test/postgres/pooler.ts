// What a pooler in transaction mode does to its clients: it takes no parameters at the start, and keeps announcements.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

const plainNames = new Set(["user", "database", "client_encoding", "application_name"]);
const announcement = "A".charCodeAt(0);

/** The error that PostgreSQL's protocol carries, as a client reads it. */
function refusal(message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Takes whole messages from the front of what has come, and leaves the rest. */
function wholeMessages(came: Buffer): { messages: Buffer[]; rest: Buffer } {
  const messages: Buffer[] = [];
  let at = 0;
  while (came.length >= at + 5) {
    const end = at + 1 + came.readInt32BE(at + 1);
    if (came.length < end) break;
    messages.push(came.subarray(at, end));
    at = end;
  }
  return { messages, rest: came.subarray(at) };
}

/** @param target the server's socket in the file system */
export async function startPooler(target: string): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on("error", () => near.destroy());
    near.once("data", (first: Buffer) => {
      const words = first.subarray(8).toString().split("\0");
      const odd = words.find((word, n) => n % 2 === 0 && word !== "" && !plainNames.has(word));
      if (odd !== undefined) return near.end(refusal(`unsupported startup parameter: ${odd}`));
      const far = connect(target);
      sockets.add(far);
      far.on("error", () => near.destroy());
      far.on("close", () => near.destroy());
      near.on("close", () => far.destroy());
      let left: Buffer = Buffer.alloc(0);
      far.on("data", (bytes: Buffer) => {
        const { messages, rest } = wholeMessages(Buffer.concat([left, bytes]));
        left = Buffer.from(rest);
        for (const message of messages) if (message[0] !== announcement) near.write(message);
      });
      far.write(first);
      near.on("data", (bytes: Buffer) => far.write(bytes));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
