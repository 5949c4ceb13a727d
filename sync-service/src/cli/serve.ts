import type { Command } from "commander";
import pino from "pino";
import type { Log } from "../runtime.ts";
import { systemWorld } from "../world.ts";
import { startService } from "../service.ts";
import { configOf, withConfig } from "./context.ts";

/** Paths in a log line that could hold a secret. */
const secret = [
  "accessToken",
  "access_token",
  "assertion",
  "password",
  "token",
  "headers.Authorization",
  "headers.authorization",
];

export function addServe(program: Command): void {
  withConfig(
    program.command("serve").description("run the service until you stop it (SIGTERM, SIGINT)"),
  ).action(async (options: { config?: string }) => {
    const config = configOf(options);
    const redact = { paths: [...secret, ...secret.map((path) => `*.${path}`)], censor: "[secret]" };
    const logger = pino({ level: config.log.level, redact });
    const service = await startService({
      config,
      ...systemWorld,
      log: logger as unknown as Log,
    });
    process.send?.({ ready: true });
    logger.info("serving");
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT", "disconnect"]) process.once(signal, () => resolve());
    });
    logger.info("stopping");
    await service.stop();
    // an org that hangs does not delay the end: its outbox items are in the store
    process.exit(0);
  });
}
