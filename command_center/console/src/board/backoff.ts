// When to try again: doubling waits with jitter, so that forty seats do not come back in the same instant.

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Milliseconds before try number `attempt` (0 = the first after the loss); `random` in [0, 1). */
export function waitBefore(attempt: number, random: number): number {
  const ceiling = Math.min(FIRST_MS * 2 ** Math.min(attempt, 10), LONGEST_MS);
  return Math.round(ceiling * (0.5 + random * 0.5));
}
