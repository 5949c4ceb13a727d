import type { TargetSpec } from "c/slaEngine";
import type { Language } from "./language.ts";

/** Writes a duration (ms), rounded to the second: `2 h 30 min`, `45 min`, `1 min 5 s`. A negative one begins with `-`. */
export function formatDuration(duration: number): string {
  const seconds = Math.round(Math.abs(duration) / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const said = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  if (said.length === 0) return "0 min";
  return `${duration < 0 ? "-" : ""}${said.join(" ")}`;
}

/** Writes a target in the words of a plan: `4 h de cobertura`, `1 día hábil`. */
export function formatTarget(target: TargetSpec, language: Language): string {
  if ("businessDays" in target) {
    const one = target.businessDays === 1;
    const days =
      language === "es" ? (one ? "día hábil" : "días hábiles") : one ? "business day" : "business days";
    return `${target.businessDays} ${days}`;
  }
  const minutes = "hours" in target ? target.hours * 60 : target.minutes;
  return `${formatDuration(minutes * 60_000)} ${language === "es" ? "de cobertura" : "of coverage"}`;
}
