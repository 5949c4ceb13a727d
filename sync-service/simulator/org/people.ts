import { longId } from "../../src/case/ids.ts";

export const idOf = (prefix: string, n: number): string => longId(`${prefix}${String(n).padStart(12, "0")}`);

/** Who is who in every imagined org. */
export const people = {
  sync: { id: idOf("005", 1), name: "Sync", type: "Standard" },
  camila: { id: idOf("005", 2), name: "Camila", type: "Standard" },
  bruno: { id: idOf("005", 3), name: "Bruno", type: "Standard" },
  martina: { id: idOf("005", 4), name: "Martina", type: "Standard" },
  diego: { id: idOf("005", 5), name: "Diego", type: "Standard" },
  machine: { id: idOf("005", 6), name: "Automated Process", type: "AutomatedProcess" },
} as const;
export type Person = keyof typeof people;
export const consultants: readonly Person[] = ["camila", "bruno"];
export const queue = idOf("00G", 1);
