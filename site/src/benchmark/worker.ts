// Measures training steps of the same network, from the same weights with the same batches, by lanegrad and by plain loops.
import { tensor, tidy } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { digits } from 'lanegrad/datasets';
import { Dense } from 'lanegrad/layers';
import { SparseCategoricalCrossentropy } from 'lanegrad/losses';
import { Sequential } from 'lanegrad/models';
import { SGD } from 'lanegrad/optimizers';
import { setSeed } from 'lanegrad/random';
import { answerWith } from '../answering.js';
import { INPUTS, PlainNetwork } from './plain.js';
import { COMPARED, RATE, ROUNDS } from './protocol.js';
import type { Engine, Measured, Request, Settings } from './protocol.js';

/** Milliseconds that an engine is measured in a round. */
const SPAN = 400;

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly values: Float32Array;
  readonly labels: readonly number[];
}

async function batchesOf(size: number): Promise<Batch[]> {
  const [[images, classes]] = await digits.loadData();
  const values = Float32Array.from(images.data(), (value) => Number(value) / 16);
  const labels = Array.from(classes.data(), Number);
  return Array.from({ length: Math.floor(labels.length / size) }, (_, index) => {
    const part = values.slice(index * size * INPUTS, (index + 1) * size * INPUTS);
    const own = labels.slice(index * size, (index + 1) * size);
    return {
      x: tidy(() => tensor(part).reshape([size, INPUTS])),
      y: tensor(own, { dtype: 'int32' }),
      values: part,
      labels: own,
    };
  });
}

function modelOf(units: number): Sequential {
  setSeed(1);
  const model = new Sequential([
    new Dense(units, { activation: 'relu', inputShape: [INPUTS] }),
    new Dense(10),
  ]);
  model.compile({
    optimizer: new SGD({ learningRate: RATE }),
    loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
  });
  return model;
}

type Step = (batch: Batch) => number;

/** Steps a second, counted for `SPAN` milliseconds. */
function speedOf(step: Step, batches: readonly Batch[]): number {
  const started = performance.now();
  let steps = 0;
  for (;;) {
    for (const batch of batches) {
      step(batch);
      steps += 1;
      const spent = performance.now() - started;
      if (spent >= SPAN) return (steps / spent) * 1000;
    }
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

async function measure({ units, batch: size }: Settings): Promise<void> {
  const batches = await batchesOf(size);
  const model = modelOf(units);
  const [first, firstBias, second, secondBias] = model.weights.map(
    ({ value }) => value.data() as Float32Array,
  );
  if (!first || !firstBias || !second || !secondBias)
    throw new Error('The network has no weights.');
  const plain = new PlainNetwork([first, firstBias, second, secondBias]);
  const steps: Readonly<Record<Engine, Step>> = {
    lanegrad({ x, y }) {
      model.resetMetrics();
      return model.trainOnBatch(x, y)[0] ?? NaN;
    },
    plain: ({ values, labels }) => plain.step(values, labels),
  };
  const engines: readonly Engine[] = ['lanegrad', 'plain'];
  const compared = Array.from({ length: COMPARED }, (_, at) => batches[at % batches.length]).filter(
    (batch) => batch !== undefined,
  );
  const losses = new Map(
    engines.map((engine) => [engine, compared.reduce((_, batch) => steps[engine](batch), NaN)]),
  );
  const speeds = new Map<Engine, number[]>(engines.map((engine) => [engine, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const engine of engines) {
      const all = speeds.get(engine) ?? [];
      all.push(speedOf(steps[engine], batches));
      const loss = losses.get(engine) ?? NaN;
      postMessage({ type: 'measured', engine, speed: median(all), loss, round } satisfies Measured);
    }
  }
  model.dispose();
  for (const { x, y } of batches) for (const each of [x, y]) each.dispose();
}

answerWith<Request>(({ settings }) => measure(settings));
