/** Whether an element is in sight, from one observer for all of them. In a browser without observers, everything is. */
type Listener = (inSight: boolean) => void;

const listeners = new WeakMap<Element, Listener>();
const observer =
  typeof IntersectionObserver === "undefined"
    ? null
    : new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
      });

export function watch(element: Element, listener: Listener): void {
  if (listeners.has(element)) return;
  listeners.set(element, listener);
  observer?.observe(element);
}

export function unwatch(element: Element): void {
  listeners.delete(element);
  observer?.unobserve(element);
}
