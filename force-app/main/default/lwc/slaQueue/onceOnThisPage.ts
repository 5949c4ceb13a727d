const said = new Set<string>();

/** Whether this is said for the first time: the queue can be on a page twice, in its tab and in the utility bar. */
export function onceOnThisPage(news: string): boolean {
  if (said.has(news)) return false;
  said.add(news);
  return true;
}
