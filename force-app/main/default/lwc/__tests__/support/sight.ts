/** jsdom lays nothing out, so the test says which elements come into sight. */
export class Sight {
  static last: Sight | undefined;
  looks = 0;
  tell: (entries: { isIntersecting: boolean; target?: Element }[]) => void;
  constructor(tell: Sight["tell"]) {
    this.tell = tell;
    Sight.last = this;
  }
  observe(): void {
    this.looks++;
  }
  unobserve(): void {}
  disconnect(): void {
    Sight.last = undefined;
  }
}

/** Tests of a block see through `Sight`. */
export function withSight(): void {
  beforeEach(() => Object.assign(globalThis, { IntersectionObserver: Sight }));
  afterEach(() => Reflect.deleteProperty(globalThis, "IntersectionObserver"));
}
