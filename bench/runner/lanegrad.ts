// A network's training in a process of its own, asked for one segment at a time: lanegrad.ts THREADS [NETWORK]
import { backendInfo, configure, tensor } from 'lanegrad';
import { serve } from '../peers/protocol.js';
import type { Problem, Segment, Served } from '../peers/protocol.js';
import { packageVersion } from '../report.js';
import { networkNamed } from '../networks.js';
import { fitSegment } from './fit-segment.js';

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
  const train = (order: number, steps: number): Promise<Segment> =>
    fitSegment(network, x, y, { rows, batchSize, order, steps });
  return { versions: { lanegrad: packageVersion() }, settings: backendInfo().reason, train };
}
