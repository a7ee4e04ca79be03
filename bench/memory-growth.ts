// After the first step, neither linear memory nor the number of tensors may grow.
import { memory } from 'lanegrad';
import { printHeading, printTable } from './report.js';
import type { Samples } from './workloads/workload.js';
import { makeNetwork } from './seed-network.js';
import { seed } from './shapes.js';

export async function benchMemory({ x, y }: Samples, steps: number): Promise<void> {
  printHeading('memory while the seed network trains');
  const network = makeNetwork();
  const after = [{ label: 'network built', ...memory() }];
  let step = 0;
  const rows = x.shape[0] ?? 0;
  await network.fit(x, y, {
    batchSize: seed.batchSize,
    epochs: Math.ceil((steps * seed.batchSize) / rows),
    verbose: 0,
    callbacks: [
      {
        onTrainBatchEnd: () => {
          step++;
          if (step === 1) after.push({ label: 'after step 1', ...memory() });
          if (step === steps) {
            after.push({ label: `after step ${steps}`, ...memory() });
            network.stopTraining = true;
          }
        },
      },
    ],
  });
  printTable(
    ['', 'tensors', 'bytes in use', 'linear memory'],
    after.map(({ label, tensors, bytes, reserved }) => [
      label,
      `${tensors}`,
      `${bytes}`,
      `${reserved}`,
    ]),
  );
}
