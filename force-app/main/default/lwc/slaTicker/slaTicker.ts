/**
 * One clock and one timer for every countdown on the page. It beats on the server's second, not at all while the
 * page is hidden, and once at once when the page is shown again.
 */
/** May answer the instant until which it has nothing to do: a page can hold hundreds, few of them in sight. */
export type Tick = (now: number) => number | void;

const SECOND = 1000;
const REMEASURE_AFTER = 15 * 60 * SECOND;
/** `Date` headers carry whole seconds: a smaller difference is no evidence. */
const GRAIN = 1500;

/** ms between two questions of the page that has the focus: with the beat of a second, an answer within 4 s. */
export const LOOKED_AT = 3_300;
/** The same on a page that is visible beside the one in use. */
const BESIDE = 30_000;
/** After each failure the pause doubles, up to this, ms. */
const AT_MOST = 5 * 60 * SECOND;
/** Pages that were opened together must not ask together. */
const JITTER = 0.2;

/** Each with the instant from which it is called again. */
const subscribers = new Map<Tick, number>();
let lastBeat = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;
let offset = 0;
let measuredAt = -Infinity;

/** The server's present instant, ms: this machine's clock corrected by what is known of the server's. */
export const serverNow = (): number => Date.now() + offset;

/** A record's stamp cannot lie in the server's future: one that seems to shows that this clock is behind. */
export function learnFromStamp(stamp: number): void {
  if (stamp - serverNow() > GRAIN) offset = stamp - Date.now();
}

async function measure(): Promise<void> {
  if (Date.now() - measuredAt < REMEASURE_AFTER) return;
  measuredAt = Date.now();
  try {
    const asked = Date.now();
    const { headers } = await fetch("/favicon.ico", { method: "HEAD", cache: "no-store" });
    const told = Date.parse(headers.get("Date") ?? "");
    if (Number.isNaN(told)) return;
    const difference = told + SECOND / 2 - (asked + Date.now()) / 2;
    offset = Math.abs(difference) > GRAIN ? Math.round(difference) : 0;
  } catch {
    // without an answer this machine's own clock has to do; records' stamps still correct it
  }
}

function beat(): void {
  const now = serverNow();
  // a clock that was set back makes every rest too long
  const setBack = now < lastBeat;
  lastBeat = now;
  for (const [tick, rests] of [...subscribers]) {
    if (now < rests && !setBack) continue;
    const until = tick(now);
    if (subscribers.has(tick)) subscribers.set(tick, until ?? -Infinity);
  }
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  timer = undefined;
  if (subscribers.size === 0 || document.hidden) return;
  // eslint-disable-next-line @lwc/lwc/no-async-operation -- the one timer of the page, cleared when nobody listens
  timer = setTimeout(beat, SECOND - (((serverNow() % SECOND) + SECOND) % SECOND));
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) schedule();
  else {
    void measure();
    beat();
  }
});

/** ms between two calls on a hidden page: browsers let a hidden page run no more often than that. */
const HIDDEN = 60 * SECOND;

/** Calls `action` every minute while the page is hidden; answers how to stop. */
export function whileHidden(action: () => void): () => void {
  // eslint-disable-next-line @lwc/lwc/no-async-operation -- cleared by the component that asked for it
  const beats = setInterval(() => {
    if (document.hidden) action();
  }, HIDDEN);
  return () => clearInterval(beats);
}

/** Calls `tick` on every second while the page is shown; answers how to stop. */
export function onTick(tick: Tick): () => void {
  subscribers.set(tick, -Infinity);
  if (timer === undefined) schedule();
  void measure();
  return () => {
    subscribers.delete(tick);
    if (subscribers.size === 0) schedule();
  };
}

/** Calls `action` every `period` ms while the page is shown, and soon after it is shown again when one was missed. */
export function whileVisible(period: number, action: () => void): () => void {
  let last = Date.now();
  return onTick(() => {
    if (Date.now() - last < period) return;
    last = Date.now();
    action();
  });
}

let onlineAt = -Infinity;
// what failed for want of a network need not wait any longer
window.addEventListener("online", () => {
  onlineAt = Date.now();
});

/**
 * Asks the org again and again whether something changed, often while somebody looks. `ask` answers whether the org
 * could be asked. Answers how to stop.
 * @param lookedAt ms between two questions of the page that has the focus
 */
export function whileLookedAt(ask: () => Promise<boolean>, lookedAt = () => LOOKED_AT): () => void {
  let failures = 0;
  let asking = false;
  let last = Date.now();
  let jitter = 1;
  return onTick(() => {
    if (onlineAt > last) failures = 0;
    const period = Math.min(AT_MOST, (document.hasFocus() ? lookedAt() : BESIDE) * 2 ** failures);
    const passed = Date.now() - last;
    // a clock that was set back makes a negative pause, which says nothing
    if (asking || (passed >= 0 && passed < period * jitter)) return;
    asking = true;
    last = Date.now();
    jitter = 1 - JITTER + Math.random() * 2 * JITTER;
    void ask()
      .catch(() => false)
      .then((answered) => {
        failures = answered ? 0 : failures + 1;
        asking = false;
      });
  });
}
