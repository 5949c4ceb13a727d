/** Asks again until the answer comes, so that a test waits for the thing and never for a fixed time. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | null | false | "">,
  patience = 120_000,
): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`still waiting, after ${patience / 1000} s, for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
