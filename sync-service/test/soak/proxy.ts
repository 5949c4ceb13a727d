// A small TCP proxy before PostgreSQL. It lets through, delays, drops, or stands still with every connection open.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export type Mood = "fair" | "slow" | "silent";

export class Proxy {
  readonly #server: Server;
  readonly #target: string;
  readonly #sockets = new Set<Socket>();
  #mood: Mood = "fair";

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((socket) => this.#join(socket));
  }

  /** @param target the server's socket in the file system */
  static async before(target: string): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => void proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set mood(mood: Mood) {
    this.#mood = mood;
    for (const socket of this.#sockets)
      if (mood === "silent") socket.pause();
      else socket.resume();
  }

  /** Cuts every connection. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  #join(near: Socket): void {
    const far = connect(this.#target);
    const ways = [
      [near, far],
      [far, near],
    ] as const;
    for (const [from, to] of ways) {
      this.#sockets.add(from);
      // the end of one is the end of the other
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on("data", (bytes: Buffer) => {
        if (this.#mood !== "slow") return void to.write(bytes);
        setTimeout(() => to.writable && to.write(bytes), 100);
      });
      if (this.#mood === "silent") from.pause();
    }
  }
}
