/** A certificate for 127.0.0.1, signed by itself: clients insist on TLS, and no key is worth keeping in a repository. */
import { generateKeyPairSync, sign } from "node:crypto";

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length =
    body.length < 0x80
      ? Buffer.from([body.length])
      : body.length < 0x100
        ? Buffer.from([0x81, body.length])
        : Buffer.from([0x82, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
};
const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const time = (date: Date) =>
  der(0x18, Buffer.from(date.toISOString().replace(/[-:T]/g, "").slice(0, "YYYYMMDDhhmmss".length) + "Z"));

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const rsaWithSha256 = sequence(oid("2a864886f70d01010b"), der(0x05));

/** PEM. @param kind what the key is made of: RSA for apps that sign in by JWT, else an elliptic curve */
export function selfSigned(kind: "ec" | "rsa" = "ec"): { key: string; cert: string } {
  const { privateKey, publicKey } =
    kind === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = kind === "rsa" ? rsaWithSha256 : ecdsaWithSha256;
  const name = sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from("127.0.0.1")))));
  const day = 24 * 60 * 60 * 1000;
  const alternativeName = sequence(
    oid("551d11"),
    der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from("localhost")))),
  );
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(alternativeName)),
  );
  const signature = sign("sha256", content, privateKey);
  const certificate = sequence(content, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
