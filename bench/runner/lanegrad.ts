// A network's training in a process of its own, asked for one segment at a time: lanegrad.ts THREADS [NETWORK]
import { backendInfo, configure, tensor, utils } from 'lanegrad';
import { serve } from '../peers/protocol.js';
import type { Problem, Segment, Served } from '../peers/protocol.js';
import { packageVersion } from '../report.js';
import { networkNamed } from '../networks.js';

const makeNetwork = networkNamed(process.argv[3] ?? 'seed');
await configure({ threads: Number(process.argv[2] ?? 1) });
await serve(start);

function start({ rows, classes, batchSize, weights, weightShapes, ...problem }: Problem): Served {
  const network = makeNetwork();
  const x = tensor(problem.x, {
    shape: [rows, ...((network.inputShape ?? []).slice(1) as number[])],
  });
  const y = tensor(problem.y, { shape: [rows, classes] });
  network.setWeights(weights.map((values, i) => tensor(values, { shape: weightShapes[i] ?? [] })));
  const stepsPerEpoch = Math.ceil(rows / batchSize);

  /** All of `fit`, its own shuffling included: this seed gives the order that the harness wrote down. */
  const train = async (order: number, steps: number): Promise<Segment> => {
    let started = 0;
    let segment = { seconds: NaN, loss: NaN };
    utils.setRandomSeed(order);
    await network.fit(x, y, {
      batchSize,
      epochs: 1,
      verbose: 0,
      stepsPerEpoch: steps < stepsPerEpoch ? steps : null,
      callbacks: [
        {
          onEpochBegin: () => {
            started = performance.now();
          },
          onEpochEnd: (_epoch, logs) => {
            segment = {
              seconds: (performance.now() - started) / 1000,
              loss: logs?.['loss'] ?? NaN,
            };
          },
        },
      ],
    });
    return segment;
  };
  return { versions: { lanegrad: packageVersion() }, settings: backendInfo().reason, train };
}
