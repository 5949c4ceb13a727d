/** What happened on a case, in the words of the page's user. */
import userId from "@salesforce/user/Id";
import type { Zone } from "c/slaPolicy";
import { priorityLabel, statusView } from "c/slaStatus";
import { fill, fullInstant, instant, list, near, number, percent, text } from "c/supportFormat";
import type { Told } from "c/supportContract";
import { labels } from "./labels.ts";
import type { Changed, ClockEvent, Happened, Mail, Said } from "./timeline.ts";

export interface Item {
  key: string;
  at: number;
  when: string;
  whenFull: string;
  iso: string;
  /** A message has an author and a text; an event is one line. */
  message: boolean;
  classes: string;
  author: string;
  initials: string;
  mark: string;
  head: string;
  body: string;
  line: string;
  href: string;
  fileName: string;
  /** The document of a file whose bytes are not here yet. */
  fetches: string;
  mine: boolean;
}

/** Words for picklist values, which a history keeps as codes. */
export type Words = (field: string, value: string) => string;

export function itemOf(each: Happened, zone: Zone, now: number, words: Words): Item {
  const base = {
    ...{ key: each.key, at: each.at, when: near(each.at, now, zone), whenFull: fullInstant(each.at, zone) },
    ...{ iso: new Date(each.at).toISOString(), message: false, classes: "event", author: "", initials: "" },
    ...{ mark: "", head: "", body: "", line: "", href: "", fileName: "", fetches: "", mine: false },
  };
  switch (each.kind) {
    case "email":
      return { ...base, ...mail(each) };
    case "file": {
      const size = each.size === null ? "" : ` · ${sizeWords(each.size)}`;
      return {
        ...base,
        line: asSentence(fill(labels.attached, name(each.authorId, each.author))),
        fileName: `${each.name}${size}`,
        fetches: each.address === "" ? each.documentId : "",
        href:
          each.address ??
          (each.versionId
            ? `/sfc/servlet.shepherd/version/download/${each.versionId}`
            : `/lightning/r/ContentDocument/${each.documentId}/view`),
        mine: each.authorId === userId,
      };
    }
    case "changed":
      return { ...base, line: changed(each, words), mine: each.authorId === userId };
    case "opened":
      return { ...base, line: `${opened(each, zone)} ${toldWords(each.told)}`.trimEnd() };
    case "counts":
    case "step":
    case "acknowledged":
    case "ended":
    case "reopened":
      return { ...base, ...clockEvent(each) };
    default:
      return { ...base, ...said(each) };
  }
}

const name = (id: string | null | undefined, known: string | null | undefined): string =>
  known ?? (id && id === userId ? labels.youActing : labels.somebody);

/** A line that can begin with a name, or with a pronoun in small letters. */
const asSentence = (line: string): string => line.charAt(0).toUpperCase() + line.slice(1);

const initialsOf = (author: string): string => {
  const [first = "", ...others] = author.split(/\s+/).filter(Boolean);
  return `${first.charAt(0)}${others.at(-1)?.charAt(0) ?? ""}`.toUpperCase();
};

const marks: Record<Said["kind"], string> = {
  reply: "",
  unpublished: labels.unpublishedMark,
  note: labels.noteMark,
  description: labels.openedMark,
};

function said({ kind, authorId, author, body, told }: Said): Partial<Item> {
  const who = author ?? labels.somebody;
  return {
    message: true,
    classes: `message message_${kind === "note" || kind === "unpublished" ? "inside" : "public"}`,
    author: authorId === userId ? fill("{0} · {1}", who, labels.you) : who,
    initials: initialsOf(who),
    mark: [marks[kind], toldWords(told)].filter(Boolean).join(" · "),
    body,
    mine: authorId === userId,
  };
}

function mail({ incoming, author, to, subject, body }: Mail): Partial<Item> {
  const who = author ?? labels.somebody;
  return {
    message: true,
    classes: "message message_public",
    author: who,
    initials: initialsOf(who),
    mark: incoming || !to ? labels.emailMark : fill(labels.emailTo, to),
    head: subject ?? "",
    body,
  };
}

function changed({ field, from, to, authorId, author }: Changed, words: Words): string {
  const who = name(authorId, author);
  const value = (of: string | null) =>
    of === null ? labels.nothing : field === "Support_Priority__c" ? priorityLabel(of) : words(field, of);
  const sentences = {
    OwnerId: labels.owner,
    Status: labels.status,
    Support_Priority__c: labels.priority,
    Service_Category__c: labels.category,
  };
  return asSentence(fill(sentences[field], who, value(from), value(to)));
}

function opened({ authorId, author, dueAt }: ClockEvent, zone: Zone): string {
  const line = asSentence(fill(labels.opened, name(authorId, author)));
  return dueAt == null ? line : `${line} ${fill(labels.promised, instant(dueAt, zone))}`;
}

/** Whom a message reached and whom it did not, by channel. */
function toldWords(told: Told[] = []): string {
  const sentences = {
    ...{ arrived: labels.toldBy, delivered: labels.toldDelivered, read: labels.toldRead },
    ...{ failed: labels.toldFailed, waiting: labels.toldWaiting },
  };
  return (Object.keys(sentences) as (keyof typeof sentences)[])
    .map((state) => {
      const by = [...new Set(told.filter((each) => each.state === state).map(({ label }) => text(label)))];
      return by.length > 0 && fill(sentences[state], list(by));
    })
    .filter(Boolean)
    .join(" ");
}

function clockEvent({ kind, step, told, author, authorId, status, cycle }: ClockEvent): Partial<Item> {
  const tone = kind === "acknowledged" ? statusView(status ?? "").tone : kind === "ended" ? "muted" : "";
  const line = {
    opened: () => "",
    counts: () => labels.counts,
    step: () => fill(labels.step, text(step!.label), percent(step!.share)),
    acknowledged: () =>
      author || authorId
        ? fill(labels.acknowledgedBy, name(authorId, author), statusView(status!).label)
        : fill(labels.acknowledged, statusView(status!).label),
    ended: () => fill(labels.ended, statusView(status!).label),
    reopened: () => fill(labels.reopened, number(cycle!)),
  }[kind]();
  const stepTone =
    kind === "step" ? (step!.share >= 1 ? "danger" : step!.share >= 0.75 ? "warning" : "") : tone;
  return {
    line: asSentence(`${line} ${toldWords(told)}`.trimEnd()),
    classes: stepTone ? `event tone_${stepTone}` : "event",
  };
}

const KB = 1024;
const sizeWords = (bytes: number): string =>
  bytes < KB * KB
    ? fill(labels.kilobytes, number(Math.max(1, Math.round(bytes / KB))))
    : fill(labels.megabytes, number(bytes / KB / KB, 1));
