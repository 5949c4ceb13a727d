import { current, navigate as go, onNavigate, urlOf, type PageReference } from "local/router";

const Navigate = Symbol("Navigate");
const GenerateUrl = Symbol("GenerateUrl");

type Constructor = new (...args: never[]) => object;

/** Adds `[NavigationMixin.Navigate]` and `[NavigationMixin.GenerateUrl]` to a component. */
export const NavigationMixin = Object.assign(
  <Base extends Constructor>(base: Base) => {
    class Navigates extends (base as unknown as new () => object) {
      [Navigate](reference: PageReference, replace?: boolean): void {
        go(reference, { replace: replace === true });
      }
      [GenerateUrl](reference: PageReference): Promise<string> {
        return Promise.resolve(urlOf(reference));
      }
    }
    return Navigates as unknown as Base;
  },
  { Navigate, GenerateUrl },
);

/** A wire: the user's present page, after every move. */
export class CurrentPageReference {
  #emit: (reference: PageReference) => void;
  #stop: (() => void) | undefined;
  constructor(emit: (reference: PageReference) => void) {
    this.#emit = emit;
  }
  connect(): void {
    this.#emit(current());
    this.#stop = onNavigate((reference) => this.#emit(reference));
  }
  update(): void {}
  disconnect(): void {
    this.#stop?.();
  }
}

/** The same two actions as functions. */
export class NavigationContext {
  constructor(emit: (context: object) => void) {
    emit({});
  }
  connect(): void {}
  update(): void {}
  disconnect(): void {}
}
export function navigate(
  _context: object,
  reference: PageReference,
  options: { replace?: boolean } = {},
): void {
  go(reference, options);
}
export function generateUrl(_context: object, reference: PageReference): string {
  return urlOf(reference);
}
