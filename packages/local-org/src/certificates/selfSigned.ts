/** A certificate for 127.0.0.1, signed by itself: clients insist on TLS, and no key is worth keeping in a repository. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

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

const oneDay = 24 * 60 * 60 * 1000;

/**
 * PEM.
 * @param kind the kind of key: RSA for apps that sign in by JWT, else an elliptic curve
 * @param days how long it is valid
 * @param privateKey a key of that kind to use (PEM); absent: a new one
 */
export function selfSigned(
  kind: "ec" | "rsa" = "ec",
  { days = 1, privateKey }: { days?: number; privateKey?: string } = {},
): { key: string; cert: string } {
  const key = privateKey === undefined ? newKey(kind) : createPrivateKey(privateKey);
  const publicKey = createPublicKey(key);
  const algorithm = kind === "rsa" ? rsaWithSha256 : ecdsaWithSha256;
  const name = sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from("127.0.0.1")))));
  const alternativeName = sequence(
    oid("551d11"),
    der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from("localhost")))),
  );
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(new Date(Date.now() - oneDay)), time(new Date(Date.now() + days * oneDay))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(alternativeName)),
  );
  const signature = sign("sha256", content, key);
  const certificate = sequence(content, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: key.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

const newKey = (kind: "ec" | "rsa") =>
  kind === "rsa"
    ? generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
    : generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
