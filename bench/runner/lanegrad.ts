// A network's training in a process of its own, asked for one segment at a time: lanegrad.ts THREADS [NETWORK [relaxed]]
import { backendInfo, configure, tensor } from 'lanegrad';
import { serve } from '../peers/protocol.js';
import type { Problem, Segment, Served } from '../peers/protocol.js';
import { packageVersion } from '../report.js';
import { networkNamed } from '../networks.js';
import { fitSegment } from './fit-segment.js';

const [threads = '1', network = 'seed', build = 'strict'] = process.argv.slice(2);
const makeNetwork = networkNamed(network);
await configure({ threads: Number(threads), relaxedSimd: build === 'relaxed' });
await serve(start);

function start({ rows, classes, batchSize, weights, weightShapes, ...problem }: Problem): Served {
  const { relaxedSimd, reason } = backendInfo();
  if (build === 'relaxed' && !relaxedSimd) throw new Error(reason);
  const model = makeNetwork();
  const x = tensor(problem.x, {
    shape: [rows, ...((model.inputShape ?? []).slice(1) as number[])],
  });
  const y = tensor(problem.y, { shape: [rows, classes] });
  model.setWeights(weights.map((values, i) => tensor(values, { shape: weightShapes[i] ?? [] })));
  const train = (order: number, steps: number): Promise<Segment> =>
    fitSegment(model, x, y, { rows, batchSize, order, steps });
  return { versions: { lanegrad: packageVersion() }, settings: reason, train };
}
