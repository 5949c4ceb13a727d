// The key pair that signs the service's and the sf CLI's JWTs towards the local orgs. Made on this machine, for it alone.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface JwtKey {
  keyFile: string;
  publicKey: string;
}

export function jwtKey(folder: string): JwtKey {
  const keyFile = join(folder, "jwt.key");
  const publicFile = join(folder, "jwt.pub");
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
  return { keyFile, publicKey: readFileSync(publicFile, "utf8") };
}
