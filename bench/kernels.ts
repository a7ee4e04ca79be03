// Single ops over as many elements as the seed network's first kernel has, each with its output allocated and freed.
import { Bench } from 'tinybench';
import { ops, random } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { printHeading, printTable } from './report.js';
import { elementwise } from './shapes.js';

export async function benchKernels(milliseconds: number): Promise<void> {
  const { rows, columns } = elementwise;
  printHeading(`ops on ${rows}x${columns} float32`);
  using x = random.normal([rows, columns], { seed: 1 });
  using y = random.normal([rows, columns], { seed: 2 });
  using row = random.normal([columns], { seed: 3 });
  const kernels: Readonly<Record<string, () => Tensor>> = {
    add: () => x.add(y),
    'add, a row broadcast': () => x.add(row),
    relu: () => x.relu(),
    exp: () => x.exp(),
    tanh: () => x.tanh(),
    sigmoid: () => x.sigmoid(),
    sum: () => x.sum(),
    'sum, axis 0': () => x.sum(0),
    softmax: () => ops.softmax(x),
    transpose: () => x.transpose(),
    'random.uniform': () => random.uniform([rows, columns], { seed: 4 }),
    'random.normal': () => random.normal([rows, columns], { seed: 5 }),
  };
  const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 5 });
  for (const [name, run] of Object.entries(kernels)) bench.add(name, () => run().dispose());
  await bench.run();

  const elements = rows * columns;
  printTable(
    ['', 'min', 'median', 'ns an element (min)'],
    bench.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') return [name, result.state, '', ''];
      const { min, p50 } = result.latency;
      return [
        name,
        `${(min * 1000).toFixed(1)} µs`,
        `${(p50 * 1000).toFixed(1)} µs`,
        ((min * 1e6) / elements).toFixed(3),
      ];
    }),
  );
}
