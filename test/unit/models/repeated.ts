// Models that are called often enough to repeat what was recorded, and numbers that show how they compute.
import { flattenNest } from '../../../src/config/index.js';
import { expect, vi } from 'vitest';
import { Layer } from '../../../src/layers.js';
import type { AnyModel } from '../../../src/models.js';
import type { CapturedSteps } from '../../../src/nn/training/captured-steps.js';
import { SGD } from '../../../src/optimizers.js';
import { plainRuntime } from '../../../src/engine/runtime/index.js';
import { tensor, Tensor, tidy } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { numbers } from './networks.js';

/** A layer that doubles, and counts its calls where a recorded step does not see it. */
export class Probe extends Layer {
  static override readonly className = 'Probe';
  static override readonly isPure = true;
  static calls = 0;

  override call(x: Tensor): Tensor {
    Probe.calls++;
    return x.mul(2);
  }
}

/** Calls until a prediction is recorded, and some more. */
const CALLS = 10;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Predicts until what was recorded is repeated. */
export function warmUp(predict: () => unknown): void {
  for (let i = 0; i < CALLS; i++) {
    for (const y of flattenNest(predict(), isTensor)) y.dispose();
  }
}

/** The bits of all tensors of a result. */
export function bitsOfAll(result: unknown): number[][] {
  return flattenNest(result, isTensor).map((y) => {
    const data = y.data();
    return [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
  });
}

/** Lets each step run the layers. @param steps those of a model, or the prototype of all; the spies are restored in the end */
export function neverRepeat(steps: CapturedSteps): readonly { mockRestore(): void }[] {
  return [
    vi.spyOn(steps, 'replay').mockReturnValue(undefined),
    vi.spyOn(steps, 'replayUse').mockReturnValue(false),
    vi.spyOn(steps, 'step').mockImplementation((x, _setting, step) => step(x)),
    vi.spyOn(steps, 'use').mockImplementation((op, x, _setting, step, prepare) => {
      prepare(step(x), false)(op, x);
    }),
  ];
}

/** Lets each step of training and of `evaluate` run the layers. */
export function withoutRepetition(model: AnyModel): void {
  const { steps, testSteps } = model.requireCompiled('the test');
  for (const each of [steps, testSteps]) neverRepeat(each);
}

/** How many shapes of batches there are whose steps of training are repeated. */
export const repeatedSteps = (model: AnyModel): number => model.compiled?.steps.count ?? 0;

/** Asks for blocks until there are none, and gives them back: caches are given up meanwhile. */
export function exhaustMemory(): void {
  const runtime = plainRuntime();
  const held: { pointer: number; bytes: number }[] = [];
  for (let bytes = 2 ** 30; bytes >= 2 ** 16;) {
    try {
      held.push({ pointer: runtime.allocate(bytes), bytes });
    } catch {
      bytes /= 2;
    }
  }
  for (const { pointer, bytes } of held) runtime.release(pointer, bytes);
}

const SPECIAL = [0, -0, NaN, Infinity, -Infinity, 1e-40, -1e-45, 3e38, -3e38, 2 ** 41, 1, -1];

/** Numbers of several kinds: ordinary ones, zeros, nearly all zeros, special ones among others, and special ones alone. */
export function nasty(size: number, kind: number): Float32Array {
  const ordinary = (i: number): number => Math.sin((i + 1) * 12.9898 + kind);
  const of: readonly ((i: number) => number)[] = [
    ordinary,
    () => 0,
    (i) => (i % 7 === 0 ? ordinary(i) : 0),
    (i) => (i % 5 === 1 ? (SPECIAL[i % SPECIAL.length] ?? 0) : ordinary(i)),
    (i) => SPECIAL[i % SPECIAL.length] ?? 0,
    (i) => (i === 0 ? NaN : ordinary(i)),
    (i) => ordinary(i) * 1e-39,
    (i) => (i === size - 1 ? 2 ** 42 : ordinary(i)),
  ];
  return Float32Array.from({ length: size }, (_, i) => of[kind % of.length]?.(i) ?? 0);
}

/** What the layers give, without what was recorded. */
export const plain = (model: AnyModel, x: Tensor): number[][] =>
  tidy(() => bitsOfAll(model.apply(x)));

/** Expects that predictions are repeated now, with the bits of the layers. */
export function expectRepeated(model: AnyModel, x: Tensor): void {
  warmUp(() => model.predictOnBatch(x));
  expect(model.predictions.count).toBe(1);
  expectSame(model, x);
}

/** Expects the bits of the layers, repeated or not. */
export function expectSame(model: AnyModel, x: Tensor): void {
  expect(tidy(() => bitsOfAll(model.predictOnBatch(x)))).toEqual(plain(model, x));
}

/** A batch of two samples. */
export const x23 = (start = 1): Tensor => tensor(numbers(6, start), { shape: [2, 3] });
/** Targets of two samples. */
export const y22 = (start = 1): Tensor => tensor(numbers(4, start + 50), { shape: [2, 2] });

/** Two equal models, of which the second runs its layers at each step. */
export function pairOf(make: () => AnyModel): [AnyModel, AnyModel] {
  const [model, plain] = [0, 1].map(() => {
    setRandomSeed(1);
    const made = make();
    if (made.compiled === undefined)
      made.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: 'mse' });
    return made;
  }) as [AnyModel, AnyModel];
  withoutRepetition(plain);
  return [model, plain];
}

/** All that a step of each kind gives. */
const stepsOf = (model: AnyModel, x: Tensor, y: Tensor): unknown => [
  tidy(() => bitsOfAll(model.predictOnBatch(x))),
  model.trainOnBatch(x, y),
  model.testOnBatch(x, y),
];

/** The same without what was recorded: predictions by `apply`. */
const plainStepsOf = (model: AnyModel, x: Tensor, y: Tensor): unknown => [
  tidy(() => bitsOfAll(model.predictStep(x))),
  model.trainOnBatch(x, y),
  model.testOnBatch(x, y),
];

/** Expects that steps of all kinds give the same in both. */
export function expectSameSteps(
  [model, plain]: [AnyModel, AnyModel],
  from: number,
  count = 30,
): void {
  for (let step = from; step < from + count; step++) {
    const [x, y] = [x23(step), y22(step)];
    expect(stepsOf(model, x, y), `step ${step}`).toEqual(plainStepsOf(plain, x, y));
  }
}
