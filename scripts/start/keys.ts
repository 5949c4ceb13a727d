// Makes the key pair that signs the JWTs of the service and the sf CLI for the local orgs. It never leaves this machine.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfSigned } from "@compromiso/local-org/certificates";

export interface JwtKey {
  keyFile: string;
  publicKey: string;
  /** The certificate that the orgs' External Client App is deployed with. */
  certificateFile: string;
}

export function jwtKey(folder: string): JwtKey {
  const keyFile = join(folder, "jwt.key");
  const publicFile = join(folder, "jwt.pub");
  const certificateFile = join(folder, "jwt.crt");
  if (!existsSync(keyFile) || !existsSync(publicFile)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    writeFileSync(keyFile, privateKey, { mode: 0o600 });
    writeFileSync(publicFile, publicKey);
  }
  if (!existsSync(certificateFile)) {
    const { cert } = selfSigned("rsa", { days: 3650, privateKey: readFileSync(keyFile, "utf8") });
    writeFileSync(certificateFile, cert);
  }
  return { keyFile, publicKey: readFileSync(publicFile, "utf8"), certificateFile };
}
