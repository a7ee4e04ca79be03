// Ops and optimizers over arrays far larger than any cache, compared with a copy: bytes to and from memory decide.
import { ops, optimizers, random, tidy, Variable } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatMs } from './format.js';
import { printHeading, printTable } from './report.js';
import { streamed } from './shapes.js';
import { interleave } from './timing.js';
import type { Run } from './timing.js';

/** What is timed, and how many float32 it reads or writes for each element. */
interface Streamed {
  readonly passes: number;
  readonly run: Run;
}

export async function benchElementwise(rounds: number): Promise<void> {
  const { elements, columns } = streamed;
  printHeading(`ops and optimizers on ${elements / 1e6} million float32, against a copy`);
  using x = random.normal([elements / columns, columns], { seed: 1 });
  using y = random.normal([elements / columns, columns], { seed: 2 });
  using row = random.normal([columns], { seed: 5 });
  using flat = x.reshape([elements]);
  using top = x.slice(':', `:${columns / 2}`);
  using bottom = x.slice(':', `${columns / 2}:`);
  const dispose = (tensors: readonly Tensor[]): void => {
    for (const tensor of tensors) tensor.dispose();
  };
  const where = (a: Tensor, b: Tensor): Tensor => tidy(() => ops.where(a.less(0), b, a));
  const from = Float32Array.from({ length: elements }, (_, i) => i);
  const to = new Float32Array(elements);
  const variable = new Variable(random.normal([elements], { seed: 3 }), { name: 'w' });
  using gradient = random.normal([elements], { seed: 4 });
  const update = (optimizer: optimizers.Optimizer): Run => {
    return () => optimizer.apply([gradient], [variable]);
  };
  const all: Readonly<Record<string, Streamed>> = {
    copy: { passes: 2, run: () => to.set(from) },
    add: { passes: 3, run: () => x.add(y).dispose() },
    multiply: { passes: 3, run: () => x.mul(y).dispose() },
    relu: { passes: 2, run: () => x.relu().dispose() },
    'add, a row broadcast': { passes: 2, run: () => x.add(row).dispose() },
    'x > y': { passes: 2.25, run: () => x.greater(y).dispose() },
    maximum: { passes: 3, run: () => x.maximum(y).dispose() },
    'x < 0 ? y : x': { passes: 3.5, run: () => where(x, y).dispose() },
    abs: { passes: 2, run: () => x.abs().dispose() },
    square: { passes: 2, run: () => x.square().dispose() },
    floor: { passes: 2, run: () => x.floor().dispose() },
    clip: { passes: 2, run: () => x.clip(-1, 1).dispose() },
    isNaN: { passes: 1.25, run: () => x.isNaN().dispose() },
    reciprocal: { passes: 2, run: () => ops.reciprocal(x).dispose() },
    sqrt: { passes: 2, run: () => x.sqrt().dispose() },
    exp: { passes: 2, run: () => x.exp().dispose() },
    sigmoid: { passes: 2, run: () => x.sigmoid().dispose() },
    tanh: { passes: 2, run: () => x.tanh().dispose() },
    sum: { passes: 1, run: () => x.sum().dispose() },
    'sum, axis 0': { passes: 1, run: () => x.sum(0).dispose() },
    'sum, axis 1': { passes: 1, run: () => x.sum(1).dispose() },
    max: { passes: 1, run: () => x.max().dispose() },
    'max, axis 0': { passes: 1, run: () => x.max(0).dispose() },
    'argmax, axis 1': { passes: 1, run: () => x.argmax(1).dispose() },
    'cumsum, axis 1': { passes: 2, run: () => x.cumsum(1).dispose() },
    'slice, columns 1:-1': { passes: 2, run: () => x.slice(':', '1:-1').dispose() },
    'slice, every second row': { passes: 1, run: () => x.slice('::2').dispose() },
    'reshape, no copy': { passes: 2, run: () => x.reshape([columns, -1]).dispose() },
    transpose: { passes: 2, run: () => x.transpose().dispose() },
    'concat of two halves': { passes: 2, run: () => ops.concat([top, bottom], 1).dispose() },
    [`sort, rows of ${columns}`]: { passes: 2, run: () => x.sort().dispose() },
    'sort, all': { passes: 2, run: () => x.sort(null).dispose() },
    'argsort, all': { passes: 2, run: () => x.argsort(null).dispose() },
    'topK, 5 of all': { passes: 1, run: () => dispose(flat.topK(5)) },
    [`softmax, rows of ${columns}`]: { passes: 2, run: () => ops.softmax(x).dispose() },
    SGD: { passes: 3, run: update(new optimizers.SGD()) },
    'SGD, momentum': { passes: 5, run: update(new optimizers.SGD({ momentum: 0.9 })) },
    RMSprop: { passes: 5, run: update(new optimizers.RMSprop()) },
    Adam: { passes: 7, run: update(new optimizers.Adam()) },
  };
  const entries = Object.entries(all);
  const runs = Object.fromEntries(entries.map(([name, { run }]) => [name, run]));
  const timings = await interleave(runs, rounds);
  const rate = (name: string, passes: number): number =>
    (passes * 4 * elements) / (timings[name]?.min ?? NaN) / 1e6;
  const copy = rate('copy', 2);
  printTable(
    ['', 'min', 'median', 'GB/s (min)', 'of a copy'],
    entries.map(([name, { passes }]) => [
      name,
      formatMs(timings[name]?.min ?? NaN),
      formatMs(timings[name]?.median ?? NaN),
      rate(name, passes).toFixed(1),
      `${((100 * rate(name, passes)) / copy).toFixed(0)} %`,
    ]),
  );
}
