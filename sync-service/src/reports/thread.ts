import { ownCorrections } from "../orgs/holiday-corrections.ts";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { StorePlace } from "../store/open.ts";
import { zoneFolder } from "../zones/zones.ts";
import { NotAnAlternative } from "./alternative.ts";
import type { Reports } from "./questions.ts";

export interface Asked {
  id: number;
  question: keyof Reports;
  input: unknown;
  asOf: number;
}
export interface Answered {
  id: number;
  answer?: unknown;
  error?: { name: string; message: string; stack: string | undefined };
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/**
 * Runs reports on a separate thread. A year's figures use the processor for seconds, and must not delay a step.
 * The first question starts the thread. If the thread dies, the next question starts a new one.
 */
export class ReportThread implements Reports {
  readonly #place: StorePlace;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #asked = 0;

  constructor(place: StorePlace) {
    this.#place = place;
  }

  readonly mttaReport = this.#question("mttaReport");
  readonly whatIf = this.#question("whatIf");
  readonly orgFigures = this.#question("orgFigures");
  readonly clientMonth = this.#question("clientMonth");
  readonly clientMonthPdf: Reports["clientMonthPdf"] = this.#question("clientMonthPdf");
  readonly waitingCases = this.#question("waitingCases");
  readonly endedCases = this.#question("endedCases");
  readonly storedFleet = this.#question("storedFleet");
  readonly storedCounts = this.#question("storedCounts");
  readonly caseView = this.#question("caseView");
  readonly clientView = this.#question("clientView");
  readonly planChange: Reports["planChange"] = this.#question("planChange");

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#end(new Error("The service is stopping."));
    await worker?.terminate();
  }

  #question<Q extends keyof Reports>(question: Q): Reports[Q] {
    const ask = (input: unknown, asOf: number) =>
      new Promise<unknown>((resolve, reject) => {
        const worker = (this.#worker ??= this.#start());
        const id = ++this.#asked;
        this.#waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, question, input, asOf } satisfies Asked);
      });
    return ask as Reports[Q];
  }

  #start(): Worker {
    const worker = new Worker(new URL(`worker${extname(import.meta.filename)}`, import.meta.url), {
      workerData: { place: this.#place, holidays: ownCorrections(), zoneFolder: zoneFolder() },
    });
    worker.on("message", ({ id, answer, error }: Answered) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(answer);
      else waiting?.reject(errorFrom(error));
      // an idle thread must not keep the process running
      if (this.#waiting.size === 0) worker.unref();
    });
    const died = (error: Error) => {
      if (this.#worker === worker) this.#end(error);
    };
    worker.on("error", died);
    worker.on("exit", () => died(new Error("The thread of the reports ended.")));
    return worker;
  }

  #end(error: Error): void {
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function errorFrom({ name, message, stack }: NonNullable<Answered["error"]>): Error {
  const error = name === "NotAnAlternative" ? new NotAnAlternative(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
