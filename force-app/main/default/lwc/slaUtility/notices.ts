/** How a user wants to hear of a case that arrives, kept in this browser; and the telling itself. */
const LEVELS = ["none", "P1", "P2", "all"] as const;
export type Level = (typeof LEVELS)[number];

export interface NoticeChoices {
  /** Up to which priority. */
  level: Level;
  /** Off unless the user asks for it. */
  sound: boolean;
}
/** Without a choice the desktop says nothing: a notice is asked for. */
const UNLESS_CHOSEN: NoticeChoices = { level: "none", sound: false };
const key = (user: string): string => `compromiso.notices.${user}`;

export function keptChoices(user: string): NoticeChoices {
  try {
    const kept = JSON.parse(localStorage.getItem(key(user)) ?? "{}") as Partial<NoticeChoices> | null;
    const level = LEVELS.find((each) => each === kept?.level) ?? UNLESS_CHOSEN.level;
    return { level, sound: kept?.sound === true };
  } catch {
    return UNLESS_CHOSEN;
  }
}
export function keepChoices(user: string, choices: NoticeChoices): void {
  try {
    localStorage.setItem(key(user), JSON.stringify(choices));
  } catch {
    // a browser that keeps nothing still tells, until the page is left
  }
}

/** P1 comes before P2. */
export const isWanted = (priority: string, { level }: NoticeChoices): boolean =>
  level === "all" || (level !== "none" && priority !== "" && priority <= level);

/** "unsupported" where the browser or the platform offers no notices. */
export const permission = (): NotificationPermission | "unsupported" =>
  typeof Notification === "undefined" ? "unsupported" : Notification.permission;

/** Asks the user. Answers what the browser says then. */
export async function askPermission(): Promise<NotificationPermission | "unsupported"> {
  if (typeof Notification === "undefined") return "unsupported";
  try {
    return await Notification.requestPermission();
  } catch {
    return Notification.permission;
  }
}

/** One notice of a tag replaces the one before it. Answers whether it was shown. */
export function showOnDesktop(title: string, body: string, tag: string): boolean {
  if (permission() !== "granted") return false;
  try {
    const notice = new Notification(title, { body, tag });
    notice.onclick = () => window.focus();
    return true;
  } catch {
    // some browsers allow notices from a service worker alone
    return false;
  }
}

/** Two short tones. */
export function sound(): void {
  try {
    const context = new AudioContext();
    const gain = context.createGain();
    gain.gain.value = 0.1;
    gain.connect(context.destination);
    for (const [start, pitch] of [
      [0, 660],
      [0.18, 880],
    ] as const) {
      const tone = context.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(gain);
      tone.start(context.currentTime + start);
      tone.stop(context.currentTime + start + 0.15);
      tone.onended = () => {
        if (start > 0) void context.close();
      };
    }
  } catch {
    // a page that nobody has clicked on yet may make no sound
  }
}
