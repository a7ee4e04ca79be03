// Trains the network of the home page: the program that stands there, a few steps for each frame.
import { Dense } from 'lanegrad/layers';
import { BinaryCrossentropy } from 'lanegrad/losses';
import { Sequential } from 'lanegrad/models';
import { Adam } from 'lanegrad/optimizers';
import { setSeed } from 'lanegrad/random';
import { tensor } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { SQUARES } from './protocol.js';
import type { Failure, Point, Progress, Request } from './protocol.js';

/** Milliseconds of training between two frames, if it is to train as fast as it can. */
const BUDGET = 12;

function newModel(): Sequential {
  const model = new Sequential([
    new Dense(32, { activation: 'gelu', inputShape: [2] }),
    new Dense(32, { activation: 'gelu' }),
    new Dense(1, { activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: new Adam({ learningRate: 0.003 }), loss: new BinaryCrossentropy() });
  return model;
}

/** The centres of all squares, from the top left. */
function centres(): Tensor {
  const at = (index: number): number => ((index + 0.5) / SQUARES) * 2 - 1;
  const rows = Array.from({ length: SQUARES }, (_, row) =>
    Array.from({ length: SQUARES }, (_, column) => [at(column), -at(row)]),
  );
  return tensor(rows.flat());
}

class Training {
  readonly #plane = centres();
  #model = newModel();
  #data: { readonly x: Tensor; readonly y: Tensor; readonly sides: readonly number[] } | undefined;
  #steps = 0;
  #busy = 0;
  #firstStep = 0;

  reset(seed: number): void {
    this.#model.dispose();
    setSeed(seed);
    this.#model = newModel();
    [this.#steps, this.#busy] = [0, 0];
  }

  set points(points: readonly Point[]) {
    this.#data?.x.dispose();
    this.#data?.y.dispose();
    this.#data = undefined;
    if (points.length === 0) return;
    const sides = points.map(({ side }) => side);
    const x = tensor(points.map((point) => [point.x, point.y]));
    this.#data = { x, y: tensor(sides.map((side) => [side])), sides };
  }

  train(steps: number | 'many'): Progress {
    const started = performance.now();
    const last = steps === 'many' ? Infinity : steps;
    let loss = NaN;
    if (this.#data !== undefined) {
      const { x, y } = this.#data;
      for (let step = 0; step < last && performance.now() - started < BUDGET; step++) {
        this.#model.resetMetrics();
        loss = this.#model.trainOnBatch(x, y)[0] ?? NaN;
        this.#steps += 1;
        this.#firstStep ||= performance.timeOrigin + performance.now();
      }
    }
    this.#busy += performance.now() - started;
    return {
      type: 'progress',
      steps: this.#steps,
      loss,
      speed: this.#busy > 0 ? (this.#steps / this.#busy) * 1000 : 0,
      wrong: this.#wrong(),
      plane: Uint8ClampedArray.from(this.#says(this.#plane), (value) => value * 255),
      firstStep: this.#firstStep,
      bytes: loadedBytes(),
    };
  }

  #wrong(): number[] {
    if (this.#data === undefined) return [];
    const { x, sides } = this.#data;
    return [...this.#says(x)].flatMap((value, index) =>
      Math.round(value) === sides[index] ? [] : [index],
    );
  }

  #says(x: Tensor): Float32Array {
    const y = this.#model.predictOnBatch(x);
    const values = y.data() as Float32Array;
    y.dispose();
    return values;
  }
}

function loadedBytes(): number {
  const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  return loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
}

let training: Training | undefined;

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  try {
    training ??= new Training();
    if (data.type === 'reset') training.reset(data.seed);
    else if (data.type === 'points') training.points = data.points;
    else {
      const progress = training.train(data.steps);
      postMessage(progress, { transfer: [progress.plane.buffer] });
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    postMessage({ type: 'failure', message } satisfies Failure);
  }
});
