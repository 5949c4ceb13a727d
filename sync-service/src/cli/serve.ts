import type { Command } from "commander";
import pino from "pino";
import { systemClock, systemTimers, type Log } from "../runtime.ts";
import { startService } from "../service.ts";
import { configOf, withConfig } from "./context.ts";

/** Paths at which a secret could stand in something logged. */
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
    program.command("serve").description("run the service until it is told to stop (SIGTERM, SIGINT)"),
  ).action(async (options: { config?: string }) => {
    const config = configOf(options);
    const redact = { paths: [...secret, ...secret.map((path) => `*.${path}`)], censor: "[secret]" };
    const logger = pino({ level: config.log.level, redact });
    const service = await startService({
      config,
      clock: systemClock,
      timers: systemTimers,
      random: Math.random,
      log: logger as unknown as Log,
    });
    process.send?.({ ready: true });
    logger.info("serving");
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT", "disconnect"]) process.once(signal, () => resolve());
    });
    logger.info("stopping");
    await service.stop();
    // an org that hangs holds nothing up: what it still owed is in the store
    process.exit(0);
  });
}
