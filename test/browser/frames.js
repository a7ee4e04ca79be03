// How smoothly a page shows its frames while something happens.

/** Enough that a program which takes the processor now and then spares at least one. */
const ROUNDS = 5;

/** Milliseconds between the frames that the page shows while `work` runs. */
async function framesDuring(work) {
  const gaps = [];
  let isRunning = true;
  let last;
  const frame = (now) => {
    if (last !== undefined) gaps.push(now - last);
    last = now;
    if (isRunning) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  await work();
  isRunning = false;
  return gaps;
}

/**
 * The frames during each of some works, which take turns.
 *
 * A page is late for a frame because of what it does itself or because the processor was taken away from it. The first
 * happens in every round, the second in some. So of the longest frames of all rounds the shortest counts: `usualLongest`.
 *
 * @param {Record<string, () => Promise<unknown>>} works
 * @returns {Promise<Record<string, { gaps: number[], usualLongest: number }>>} `gaps`: milliseconds, sorted
 */
export async function framesInTurns(works) {
  const rounds = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(works)) rounds[name].push(await framesDuring(work));
  }
  const entries = Object.entries(rounds).map(([name, list]) => [
    name,
    {
      gaps: list.flat().sort((a, b) => a - b),
      usualLongest: Math.min(...list.map((gaps) => Math.max(0, ...gaps))),
    },
  ]);
  return Object.fromEntries(entries);
}

/** For a report. */
export function summary({ gaps, usualLongest }) {
  const at = (part) =>
    gaps[Math.min(gaps.length - 1, Math.floor(part * gaps.length))]?.toFixed(1) ?? 'none';
  const slow = gaps.filter((gap) => gap > 50).length;
  return (
    `${gaps.length} frames: median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)} ms, in the best round ` +
    `${usualLongest.toFixed(1)}; over 50 ms: ${slow}`
  );
}
