// Tensors that are not disposed go with the garbage collector.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { keep, layers, memory, models, tensor, tidy, zeros } from '../../../src/index.js';
import { plainRuntime } from '../../../src/engine/runtime/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (() => void) | undefined;

/** Collects until `isDone`, or gives up after two seconds: when finalizers run is the engine's choice. */
async function collectUntil(isDone: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isDone(); i++) {
    collectGarbage?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function collectRounds(count: number): Promise<void> {
  let round = 0;
  await collectUntil(() => ++round > count);
}

it.skipIf(collectGarbage === undefined)(
  'forgotten tensors are freed (needs gc() of the engine)',
  async () => {
    const held = zeros([10]);
    const before = memory();
    // In a function of their own, so that nothing on the stack still points to them.
    (function forget(): void {
      for (let i = 0; i < 50; i++) {
        zeros([1000]).reshape([10, 100]);
        tidy(() => keep(zeros([100])));
      }
    })();
    expect(memory().tensors).toBeGreaterThanOrEqual(before.tensors + 150);
    await collectUntil(() => memory().tensors === before.tensors);
    expect(memory().tensors).toBe(before.tensors);
    expect(memory().bytes).toBe(before.bytes);
    expect(held.toArray()).toEqual(new Array<number>(10).fill(0));
  },
);

it.skipIf(collectGarbage === undefined)(
  'what a view looks at stays as long as the view (needs gc() of the engine)',
  async () => {
    await collectRounds(5);
    const before = memory();
    const view = (() =>
      zeros([1000])
        .add(zeros([1000]).add(1))
        .reshape([10, 100]))();
    await collectUntil(() => memory().tensors === before.tensors + 1);
    expect(memory().bytes - before.bytes).toBe(4000);
    expect(view.sum().item()).toBe(1000);
    view.dispose();
  },
);

it.skipIf(collectGarbage === undefined)(
  'a disposed tensor is not freed twice (needs gc() of the engine)',
  async () => {
    const before = memory();
    (function disposeAll(): void {
      for (let i = 0; i < 50; i++) zeros([100]).dispose();
    })();
    expect(memory()).toEqual({ ...before, reserved: memory().reserved });
    await collectRounds(5);
    expect(memory().tensors).toBeLessThanOrEqual(before.tensors);
    expect(memory().bytes).toBeLessThanOrEqual(before.bytes);
    const fresh = [zeros([100]), zeros([100])];
    fresh[0]?.add(1);
    expect(fresh[1]?.toArray()).toEqual(new Array<number>(100).fill(0));
  },
);

it.skipIf(collectGarbage === undefined)(
  'forgotten masks are freed once, wherever they were made (needs gc() of the engine)',
  async () => {
    await collectRounds(5);
    const x = tensor([[1, 2], [0, 0]]); // prettier-ignore
    const masking = new layers.Masking();
    const before = memory();
    (function forget(): void {
      for (let i = 0; i < 50; i++) {
        masking.apply(x);
        tidy(() => keep(masking.apply(x)));
      }
    })();
    expect(memory().tensors).toBeGreaterThanOrEqual(before.tensors + 100);
    await collectUntil(() => memory().tensors <= before.tensors);
    await collectRounds(3);
    expect(memory().tensors).toBe(before.tensors);
    expect(memory().bytes).toBe(before.bytes);
    x.dispose();
  },
);

it.skipIf(collectGarbage === undefined)(
  'what a forgotten model has recorded is given back (needs gc() of the engine)',
  async () => {
    const release = vi.spyOn(plainRuntime(), 'releaseCache');
    const x = zeros([2, 3]);
    (function forget(): void {
      const model = new models.Sequential([layers.Input([3]), new layers.ReLU()]);
      for (let i = 0; i < 10; i++) model.predictOnBatch(x).dispose();
      expect(model.predictions.count).toBe(1);
    })();
    expect(release).not.toHaveBeenCalled();
    await collectUntil(() => release.mock.calls.length > 0);
    expect(release).toHaveBeenCalled();
    release.mockRestore();
  },
);
