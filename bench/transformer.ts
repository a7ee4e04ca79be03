// The parts of a transformer apart from products and attention: normalization, gelu, and writing a token.
import { backendInfo, grad, layers, ops, random, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { makeGpt } from '../examples/gpt/model.js';
import { write } from '../examples/gpt/write.js';
import { formatMs } from './format.js';
import { printHeading, printTable } from './report.js';
import { targetHeader, valueRow } from './targets.js';
import { interleave, summarize } from './timing.js';
import type { Run, Timing } from './timing.js';

/** As in the GPT of `bench:workloads -- gpt`: 12 texts of 64 characters. */
const ROWS = 12 * 64;
const WIDTH = 128;
const CHARACTERS = 65;
const MOST_MS_A_TOKEN = 2;

export async function benchTransformer(rounds: number): Promise<void> {
  const threads = backendInfo().threads;
  printHeading(
    `parts of a transformer on [${ROWS}, ${WIDTH}] and four times as wide, threads: ${threads}`,
  );
  printTimings(await timeParts(rounds));
  printHeading(`a character of a GPT of 4 blocks, ${WIDTH} wide, context 64, threads: ${threads}`);
  const token = timeTokens(rounds * 20);
  printTimings({ 'with keys and values kept': token });
  printTable(targetHeader, [
    valueRow('the median', token.median, { atMost: MOST_MS_A_TOKEN }, ' ms'),
  ]);
}

async function timeParts(rounds: number): Promise<Record<string, Timing>> {
  using x = random.normal([ROWS, WIDTH], { seed: 1 });
  using wide = random.normal([ROWS, 4 * WIDTH], { seed: 2 });
  const both = (f: (x: Tensor) => Tensor, at: Tensor): Run => {
    return () => tidy(() => grad((given: Tensor) => f(given).sum())(at));
  };
  const norm = new layers.LayerNormalization();
  const rms = new layers.RMSNormalization();
  for (const layer of [norm, rms]) layer.build([null, WIDTH]);
  const bySingleOperations = (given: Tensor): Tensor => {
    const centred = given.sub(given.mean(-1, true));
    return centred.mul(ops.rsqrt(centred.square().mean(-1, true).add(1e-3)));
  };
  return await interleave(
    {
      'LayerNormalization, there and back': both((given) => norm.apply(given), x),
      'the same by single operations, without gamma and beta': both(bySingleOperations, x),
      'RMSNormalization, there and back': both((given) => rms.apply(given), x),
      gelu: () => ops.gelu(wide).dispose(),
      'gelu, there and back': both((given) => ops.gelu(given), wide),
      'gelu by tanh, there and back': both((given) => ops.gelu(given, true), wide),
    },
    rounds * 5,
  );
}

/** Milliseconds of a character, after those that warm up. */
function timeTokens(count: number): Timing {
  const text = write(makeGpt({ characters: CHARACTERS, width: WIDTH }), [0], { seed: 1 });
  const times: number[] = [];
  for (let i = -count; i < count; i++) {
    const started = performance.now();
    text.next();
    if (i >= 0) times.push(performance.now() - started);
  }
  text.return(undefined as never);
  return summarize(times);
}

function printTimings(timings: Readonly<Record<string, Timing>>): void {
  const rows = Object.entries(timings).map(([name, { min, median }]) => [name, formatMs(min), formatMs(median)]); // prettier-ignore
  printTable(['', 'min', 'median'], rows);
}
