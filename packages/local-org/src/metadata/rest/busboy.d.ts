/** The part of busboy used here; the package ships no types. */
declare module "busboy" {
  import type { IncomingHttpHeaders } from "node:http";
  import type { Readable, Writable } from "node:stream";
  interface Parser extends Writable {
    on(event: "field", listener: (name: string, value: string) => void): this;
    on(event: "file", listener: (name: string, stream: Readable, info: { mimeType: string }) => void): this;
    on(event: "close", listener: () => void): this;
    on(event: "error", listener: (error: Error) => void): this;
  }
  export default function busboy(config: {
    headers: IncomingHttpHeaders;
    limits?: { fieldSize?: number };
  }): Parser;
}
