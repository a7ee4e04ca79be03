// Orthogonal matrices, the initial weights of recurrent layers: loading a model must not wait for them.
import { backendInfo, initializers, tidy } from 'lanegrad';
import { formatMs } from './format.js';
import { printHeading, printTable } from './report.js';
import { targetHeader, valueRow } from './targets.js';
import { interleave } from './timing.js';

const SIZES = [256, 512, 1024] as const;
const MOST_MS = 100;

export async function benchOrthogonal(rounds: number): Promise<void> {
  const runs = SIZES.map((n) => {
    const draw = (): void => {
      tidy(() => new initializers.Orthogonal({ seed: 1 }).apply([n, n]));
    };
    return [`${n} × ${n}`, draw] as const;
  });
  const timings = await interleave(Object.fromEntries(runs), rounds);
  printHeading(`orthogonal matrices, threads: ${backendInfo().threads}`);
  printTable(
    ['', 'min', 'median'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatMs(min),
      formatMs(median),
    ]),
  );
  const largest = timings[`${SIZES.at(-1)} × ${SIZES.at(-1)}`];
  printTable(targetHeader, [valueRow('the largest', largest?.min, { atMost: MOST_MS }, ' ms')]);
}
