/**
 * Named places where the process can be made to die, to prove that dying there costs nothing.
 * SLA_FAILPOINT=firing.decided kills at the first time that line is reached, `firing.decided:3` at the third.
 */
export const failpoints = [
  "recompute.clocksWritten",
  "recompute.writeBackQueued",
  "firing.claimed",
  "firing.ledgerWritten",
  "firing.effectsQueued",
  "firing.committed",
  "outbox.claimed",
  "outbox.sent",
  "outbox.settled",
  "acknowledge.factWritten",
  "acknowledge.committed",
] as const;
/** On the way of a client's message into its org. */
export const intakeFailpoints = [
  "intake.stored",
  "intake.committed",
  "intake.caseCreated",
  "intake.commentCreated",
  "intake.settled",
] as const;
export type Failpoint = (typeof failpoints | typeof intakeFailpoints)[number];

const [armed, nth = "1"] = (process.env["SLA_FAILPOINT"] ?? "").split(":");
let left = Number(nth);

export function failpoint(name: Failpoint): void {
  if (armed === name && --left === 0) process.kill(process.pid, "SIGKILL");
}
