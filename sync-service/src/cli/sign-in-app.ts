import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { CertificateProblem, signInFiles } from "../install/sign-in-app.ts";
import { Mistake } from "./context.ts";

interface Options {
  certificate: string;
  out: string;
  renew?: boolean;
}

export function addSignInApp(program: Command): void {
  program
    .command("sign-in-app")
    .description("write the External Client App, with your certificate, that lets the service in to an org")
    .requiredOption("--certificate <file>", "the service's certificate (PEM); its private key stays with you")
    .requiredOption("--out <folder>", "the folder to write: the client's administrator deploys it once")
    .option("--renew", "only the new certificate, and nothing that the administrator may have changed")
    .action(({ certificate, out, renew = false }: Options) => {
      for (const [path, text] of filesOf(certificate, renew)) {
        mkdirSync(dirname(join(out, path)), { recursive: true });
        writeFileSync(join(out, path), text);
      }
      console.log(`Written to ${out}. Deploy it once, after the package:
  sf project deploy start --metadata-dir ${out} --target-org <org>
An upgrade of the package never touches it.${renew ? "" : " The org then shows the consumer key in Setup: orgs add asks for it."}`);
    });
}

function filesOf(file: string, renew: boolean): Map<string, string> {
  try {
    return signInFiles(readFileSync(file, "utf8"), { renew });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof CertificateProblem) throw new Mistake(`${file}: ${message}`);
    if (code === "ENOENT") throw new Mistake(`There is no file ${file}.`);
    if (code === "EISDIR") throw new Mistake(`${file} is a folder. Name the certificate's file.`);
    throw error;
  }
}
