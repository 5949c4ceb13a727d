// A relay before a server, for what no protocol knows of: a server that is down, and one that accepts and says nothing.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type Gate = Awaited<ReturnType<typeof gateTo>>;

/** @param url where it leads: any protocol over TCP */
export async function gateTo(url: string) {
  const { protocol, hostname, port } = new URL(url);
  let state: "open" | "down" | "hanging" = "open";
  let tried = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    tried++;
    keep(socket);
    if (state === "down") return void socket.resetAndDestroy();
    // bytes written to it disappear
    if (state === "hanging") return void socket.resume();
    const there = connect(Number(port), hostname);
    keep(there);
    socket.pipe(there).pipe(socket);
    socket.on("close", () => there.destroy());
    there.on("close", () => socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Connections that were tried, ever. */
    tried: () => tried,
    /** Connections that are kept open end, unless it opens: then those that hang go on hanging. */
    set(next: typeof state) {
      state = next;
      if (next !== "open") for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
