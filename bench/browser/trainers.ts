// The trainers on the page: lanegrad on the page's thread and in workers, and TensorFlow.js.
import { tensor } from 'lanegrad';
import type { models, Tensor } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import { makeStep } from '../peers/tfjs-step.js';
import { train } from '../peers/train.js';
import { fitSegment } from '../runner/fit-segment.js';
import type { Entry } from '../runner/rounds.js';
import { makeNetwork } from '../seed-network.js';
import type { PageProblem } from './problem.js';
import type { Tfjs } from './tfjs.js';

/** TensorFlow.js is slow: so many steps a round, and its seconds are scaled (a step takes 25 to 100 of lanegrad's, measured). */
const TFJS_STEPS = 10;

/** lanegrad with the initial weights. */
export interface Trainer extends Entry {
  /** All of `fit`. */
  fit(epochs: number): Promise<unknown>;
}

interface Place {
  readonly id: string;
  readonly name: string;
  /** Threads of a worker; undefined on the page's own thread. */
  readonly workerThreads?: number;
}

/** Two threads need memory that can be shared, which only an isolated page has. */
function places(): Place[] {
  const everywhere = [
    { id: 'page', name: 'lanegrad, on the page' },
    { id: 'worker', name: 'lanegrad, in a worker', workerThreads: 1 },
  ];
  if (!crossOriginIsolated) return everywhere;
  return [
    ...everywhere,
    { id: 'worker-2', name: 'lanegrad, in a worker, 2 threads', workerThreads: 2 },
  ];
}

/** A trainer for each place, on the same samples. Close all of them. */
export function startTrainers(problem: PageProblem): Promise<Trainer[]> {
  const x = tensor(problem.x, { shape: [problem.rows, problem.inputs] });
  const y = tensor(problem.y, { shape: [problem.rows, problem.classes] });
  return Promise.all(places().map((place) => startTrainer(place, problem, x, y)));
}

async function startTrainer(
  spec: Place,
  { rows, batchSize, weights, weightShapes }: PageProblem,
  x: Tensor,
  y: Tensor,
): Promise<Trainer> {
  const network = makeNetwork();
  network.setWeights(weights.map((values, i) => tensor(values, { shape: weightShapes[i] ?? [] })));
  const { workerThreads: threads } = spec;
  const remote =
    threads === undefined ? undefined : await inWorker(network, { runtime: { threads } });
  const model: Pick<models.Sequential, 'fit'> = remote ?? network;
  return {
    spec,
    train: (order, steps) =>
      fitSegment((options) => model.fit(x, y, options), { rows, batchSize, order, steps }),
    fit: (epochs) => model.fit(x, y, { batchSize, epochs, verbose: 0 }),
    close: async () => {
      remote?.dispose();
    },
  };
}

/** TensorFlow.js, which keeps the page's thread to itself. */
export function tfjsEntry({ tf, threads }: Tfjs, problem: PageProblem): Entry {
  const step = makeStep(tf, problem);
  const count = threads === 1 ? '1 thread' : `${threads} threads`;
  return {
    spec: { id: 'tfjs', name: `TensorFlow.js wasm, ${count}`, maxSteps: TFJS_STEPS },
    train: (order, steps) => train(problem, step, problem.order(order), steps),
    close: () => Promise.resolve(),
  };
}
