// A workload in a separate process, which trains one segment at a time on request: lanegrad.ts THREADS WORKLOAD [relaxed]
import { backendInfo, configure, tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { serve } from '../peers/protocol.js';
import type { Problem, Segment, Served } from '../peers/protocol.js';
import { packageVersion } from '../report.js';
import { workloadNamed } from '../workloads/index.js';
import { fitSegment } from './fit-segment.js';
import { predictSegment } from './predict-segment.js';

const [threads = '1', name = 'seed', build = 'strict'] = process.argv.slice(2);
const workload = workloadNamed(name);
await configure({ threads: Number(threads), relaxedSimd: build === 'relaxed' });
await serve(start);

function start({ task, rows, batchSize, weights, weightShapes, ...problem }: Problem): Served {
  const { relaxedSimd, reason } = backendInfo();
  if (build === 'relaxed' && !relaxedSimd) throw new Error(reason);
  const model = workload.model();
  const load = (what: 'x' | 'y') => {
    const { shape, dtype } = problem[`${what}Type`];
    return tensor(problem[what], { shape: [rows, ...shape], dtype });
  };
  const [x, y] = [load('x'), load('y')];
  const inputs = workload.inputs?.(x) ?? x;
  model.setWeights(weights.map((values, i) => tensor(values, { shape: weightShapes[i] ?? [] })));
  const predict = (batch: Tensor): Tensor => model.predictOnBatch(batch);
  const train = (order: number, steps: number): Promise<Segment> =>
    task === 'predict'
      ? Promise.resolve(predictSegment(predict, x, batchSize, steps))
      : fitSegment((options) => model.fit(inputs, y, options), { rows, batchSize, order, steps });
  return { versions: { lanegrad: packageVersion() }, settings: reason, train };
}
