// How smoothly a page shows its frames during some work.

export interface Frames {
  readonly perSecond: number;
  /** Milliseconds between two frames at most. */
  readonly longest: number;
  /** The longest of the best round. What the page does itself is in every round, what others do in some. */
  readonly longestInBestRound: number;
}

/** Milliseconds between the frames that the page shows while `work` runs. */
async function gapsDuring(work: () => Promise<unknown>): Promise<number[]> {
  const gaps: number[] = [];
  let isRunning = true;
  let last = await nextFrame();
  const counting = (async () => {
    while (isRunning) {
      const now = await nextFrame();
      gaps.push(now - last);
      last = now;
    }
  })();
  try {
    await work();
  } finally {
    isRunning = false;
    // The frame that comes after the work counts: it is late if the end of the work was long.
    await counting;
  }
  return gaps;
}

/** Resolves in the next frame to the time at which it really came. */
function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
}

/** The frames during each of some works, which take turns. */
export async function framesInTurns(
  works: readonly (() => Promise<unknown>)[],
  rounds: number,
): Promise<Frames[]> {
  const gaps = works.map((): number[][] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) gaps[i]?.push(await gapsDuring(work));
  }
  return gaps.map((list) => {
    const all = list.flat();
    const longest = list.map((round) => Math.max(...round));
    return {
      perSecond: (all.length / all.reduce((sum, gap) => sum + gap, 0)) * 1000,
      longest: Math.max(...longest),
      longestInBestRound: Math.min(...longest),
    };
  });
}
