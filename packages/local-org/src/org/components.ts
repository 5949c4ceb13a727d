import type { StoredComponent } from "./journal.ts";
import type { Component, Id, Org } from "./types.ts";

const keyOf = (type: string, fullName: string) => `${type} ${fullName}`.toLowerCase();

type Persist = (entry: { put: StoredComponent } | { gone: { type: string; fullName: string } }) => void;

/** The deployed components with their files. */
export class Components implements NonNullable<Org["components"]> {
  readonly #all = new Map<string, Component>();
  readonly #listeners: (() => void)[] = [];
  readonly #id: () => Id;
  readonly #now: () => number;
  readonly #persist: Persist;

  constructor(id: () => Id, now: () => number, persist: Persist) {
    this.#id = id;
    this.#now = now;
    this.#persist = persist;
  }

  get(type: string, fullName: string): Component | undefined {
    return this.#all.get(keyOf(type, fullName));
  }
  list(type?: string): Component[] {
    const all = [...this.#all.values()];
    return type === undefined ? all : all.filter((component) => component.type === type);
  }
  put(component: Omit<Component, "id" | "createdAt" | "modifiedAt">): Component {
    const before = this.get(component.type, component.fullName);
    const now = this.#now();
    const stored: Component = {
      ...component,
      id: before?.id ?? this.#id(),
      createdAt: before?.createdAt ?? now,
      modifiedAt: now,
    };
    this.#all.set(keyOf(component.type, component.fullName), stored);
    this.#persist({ put: toStored(stored) });
    this.#changed();
    return stored;
  }
  remove(type: string, fullName: string): void {
    if (!this.#all.delete(keyOf(type, fullName))) return;
    this.#persist({ gone: { type, fullName } });
    this.#changed();
  }
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  restore(stored: StoredComponent): void {
    const { files, ...rest } = stored;
    this.#all.set(keyOf(stored.type, stored.fullName), {
      ...rest,
      files: new Map(files.map(([path, text]) => [path, new Uint8Array(Buffer.from(text, "base64"))])),
    });
  }
  restoreGone(type: string, fullName: string): void {
    this.#all.delete(keyOf(type, fullName));
  }
  *stored(): Iterable<StoredComponent> {
    for (const component of this.#all.values()) yield toStored(component);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

const toStored = (component: Component): StoredComponent => ({
  ...component,
  files: [...component.files].map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]),
});
