// Random functional models against a float64 reference. `LANEGRAD_FUZZ_GRAPHS` says how many: few in `npm test`, 1,000 in
// a stage of `.ci/run`. One that fails is made again by LANEGRAD_FUZZ_SEED, the number in the message, and LANEGRAD_FUZZ_GRAPHS=1.
import '../unit/without-collector.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { flattenNest } from '../../src/config/index.js';
import { cloneModel, modelFromJSON } from '../../src/models.js';
import type { AnyModel } from '../../src/models.js';
import { add, mul, sum, valueAndGrad } from '../../src/engine/ops/index.js';
import { memory, Tensor, tensor, tidy } from '../../src/engine/tensor/index.js';
import type { Variable } from '../../src/engine/tensor/index.js';
import { ValueError } from '../../src/errors.js';
import type { DenseArray } from '../reference/dense-array.js';
import { randomModel } from './random-case.js';
import { Randomness } from './random-graph.js';
import type { RandomModel, Weights } from './random-graph.js';

const GRAPHS = Number(process.env['LANEGRAD_FUZZ_GRAPHS'] ?? 200);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);
const CHUNKS = 10;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const toTensor = ({ shape, data }: DenseArray): Tensor =>
  tensor(Float32Array.from(data), { shape });

/** A step of the reference's derivatives: it balances what is cut off with what rounding leaves. */
const STEP = 1e-5;

/** How far results and gradients may be from the reference, beside their size. */
const TOLERANCE = 2e-4;
const GRADIENT_TOLERANCE = 1e-3;

function expectNear(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((b, i) => {
    const a = actual[i] ?? NaN;
    if (!(Math.abs(a - b) <= TOLERANCE * scale)) {
      expect.fail(`${what}: element ${i} is ${a}, the reference has ${b}`);
    }
  });
}

const bitsOf = (outputs: unknown): readonly unknown[] =>
  flattenNest(outputs, isTensor).map((y) => [y.shape, y.dtype, [...y.data()]]);

/** The config of a model, without the shape of the first call of each layer: it may not be in the model. */
const configOf = (model: AnyModel): string =>
  JSON.stringify(model, (key, value: unknown) => (key === 'build_config' ? undefined : value));

/** The outputs of a model in its own order. */
const run = ({ model, packInputs, inputs }: RandomModel, other: AnyModel = model): unknown =>
  other.apply(packInputs(inputs.map(toTensor)));

/** Checks one model; says how many derivatives could be compared. */
async function check(seed: number): Promise<{ compared: number; kinked: number }> {
  const random = randomModel(seed);
  const { model, packInputs, inputs, reference, weights, owned } = random;
  try {
    const expected = reference(inputs, weights);
    const compared = tidy(() => {
      const y = run(random);
      const tensors = flattenNest(y, isTensor);
      expect(tensors.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
      tensors.forEach((tensor_, i) => {
        expectNear(tensor_.data(), expected[i]?.data ?? [], `output ${i}`);
      });
      expectShapes(random, tensors);
      for (const copy of [cloneModel(model), modelFromJSON(JSON.stringify(model))]) {
        copy.setWeights(model.getWeights());
        expect(bitsOf(run(random, copy))).toEqual(bitsOf(y));
        expect(configOf(copy)).toBe(configOf(model));
        copy.dispose();
      }
      return checkGradients(random, weights, expected, new Randomness(-seed));
    });
    const x = packInputs(inputs.map(toTensor));
    const predicted: unknown = await model.predict(x, { verbose: 0 });
    expect(bitsOf(predicted)).toEqual(tidy(() => bitsOf(run(random))));
    for (const each of [...flattenNest(predicted, isTensor), ...flattenNest(x, isTensor)]) {
      each.dispose();
    }
    return compared;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}: ${message}\n${JSON.stringify(model)}`, { cause: error });
  } finally {
    model.dispose();
    for (const each of owned) each.dispose();
  }
}

/** What is said of shapes before anything is computed. */
function expectShapes(
  { model, packInputs, inputs }: RandomModel,
  outputs: readonly Tensor[],
): void {
  const batch = inputs[0]?.shape[0] ?? 0;
  expect(
    model.outputs.map(({ shape, dtype }) => [[...shape].map((n) => n ?? batch), dtype]),
    'symbolic shapes',
  ).toEqual(outputs.map(({ shape, dtype }) => [[...shape], dtype]));
  const shapes = packInputs(inputs.map(({ shape }) => shape));
  const computed = model.computeOutputShape(shapes) as unknown;
  const isShape = (value: unknown): value is readonly number[] =>
    Array.isArray(value) && value.every((n) => typeof n === 'number');
  expect(flattenNest(computed, isShape)).toEqual(outputs.map(({ shape }) => [...shape]));
}

/** Gradients; null where the loss does not depend on a variable, of which a model inside may have some. */
function gradientsOf(loss: () => Tensor, variables: readonly Variable[]): (Tensor | null)[] {
  try {
    return valueAndGrad(loss, variables).gradients;
  } catch (error) {
    const isNone = error instanceof ValueError && error.message.includes('does not depend on');
    if (!isNone) throw error;
    return variables.map(() => null);
  }
}

/** Derivatives in a random direction of each weight, where the reference is smooth. */
function checkGradients(
  random: RandomModel,
  weights: Weights,
  expected: readonly DenseArray[],
  draw: Randomness,
): { compared: number; kinked: number } {
  const { model, inputs, reference } = random;
  const variables = model.trainableWeights;
  if (variables.length === 0) return { compared: 0, kinked: 0 };
  const upstream = expected.map(({ shape }) => draw.array(shape));
  const loss = (): Tensor =>
    flattenNest(run(random), isTensor)
      .map((y, i) => sum(mul(y, toTensor(upstream[i] as DenseArray))))
      .reduce((a, b) => add(a, b));
  const gradients = gradientsOf(loss, variables);
  const counts = { compared: 0, kinked: 0 };
  variables.forEach((variable, i) => {
    const at = weights.get(variable);
    if (at === undefined) throw new Error(`no numbers for ${variable.path}`);
    const direction = draw.array(at.shape).data;
    const lossAt = (h: number): number => {
      const data = at.data.map((value, j) => value + h * (direction[j] ?? 0));
      const there = new Map([...weights, [variable, { shape: at.shape, data }]]);
      const outputs = reference(inputs, there);
      return outputs.reduce(
        (total, { data: y }, k) =>
          total + y.reduce((part, value, j) => part + value * (upstream[k]?.data[j] ?? 0), 0),
        0,
      );
    };
    const [before, here, after] = [lossAt(-STEP), lossAt(0), lossAt(STEP)];
    const slope = (after - before) / (2 * STEP);
    const gradient = gradients[i]?.data() ?? new Float32Array(direction.length);
    const own = direction.reduce((total, d, j) => total + d * (gradient[j] ?? NaN), 0);
    const size = direction.reduce((total, d, j) => total + Math.abs(d * (gradient[j] ?? NaN)), 0);
    const scale = Math.max(1, size);
    // A function that bends sharply here has one slope on the left and another one on the right.
    const bend = Math.abs(after - 2 * here + before) / STEP;
    if (bend > GRADIENT_TOLERANCE * scale) {
      counts.kinked++;
      return;
    }
    counts.compared++;
    if (!(Math.abs(own - slope) <= GRADIENT_TOLERANCE * scale)) {
      expect.fail(`gradient of ${variable.path}: slope ${own}, the reference has ${slope}`);
    }
  });
  return counts;
}

describe('random functional models', () => {
  // Recurrent layers say that masks end there.
  beforeAll(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  const size = Math.ceil(GRAPHS / CHUNKS);
  const chunks = Array.from({ length: CHUNKS }, (_, i) => i * size).filter((at) => at < GRAPHS);

  it.each(chunks)('agree with float64, and with their copies: from %i on', async (first) => {
    let [compared, kinked] = [0, 0];
    for (let i = first; i < Math.min(first + size, GRAPHS); i++) {
      const left = memory().tensors;
      const counts = await check(SEED + i);
      expect(memory().tensors, `tensors left by seed ${SEED + i}`).toBe(left);
      compared += counts.compared;
      kinked += counts.kinked;
    }
    expect(kinked, 'weights at a kink').toBeLessThanOrEqual(1 + 0.05 * compared);
  });
});
