// What a program sees when a worker ends while it changes weights.
import '../without-collector.js';
import { expect, it, vi } from 'vitest';
import {
  backendInfo,
  configure,
  LanegradError,
  layers,
  memory,
  models,
  optimizers,
  random,
} from '../../../src/index.js';

const real = new URL('../../../src/engine/runtime/worker.js', import.meta.url).href;
const module = new URL('../../browser/dying-worker.js', import.meta.url).href;
const plan = JSON.stringify({ worker: real, how: 'exit before', at: '3', kernel: 'rmsprop' });
const text = `globalThis.plan = ${plan}; await import(${JSON.stringify(module)});`;

it('names the weights that are no longer whole, and goes on with fewer threads', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  await configure({
    threads: 3,
    workerUrl: `data:text/javascript,${encodeURIComponent(text)}`,
  });
  expect(backendInfo().threads).toBe(3);

  const model = new models.Sequential([
    new layers.Dense(500, { inputShape: [800], name: 'wide' }),
    new layers.Dense(2, { name: 'narrow' }),
  ]);
  model.compile({ optimizer: new optimizers.RMSprop({ name: 'rms' }), loss: 'mse' });
  const [x, y] = [random.normal([64, 800], { seed: 1 }), random.normal([64, 2], { seed: 2 })];
  const before = model.getWeights();
  const errors: unknown[] = [];
  await vi.waitFor(
    () => {
      try {
        model.trainOnBatch(x, y);
      } catch (error) {
        errors.push(error);
      }
      expect(backendInfo().threads).toBe(1);
    },
    { timeout: 20_000, interval: 1 },
  );
  expect(errors.length).toBeGreaterThanOrEqual(1);
  expect(errors.length).toBeLessThanOrEqual(2);
  for (const error of errors) {
    expect(error).toBeInstanceOf(LanegradError);
    expect(String(error)).toMatch(
      /rms: the weights 'sequential\/wide\/kernel' and the optimizer's state for them are no longer whole, .*Load weights/,
    );
  }
  expect(backendInfo().reason).toMatch(/a worker is missing: it has ended/);
  await vi.waitUntil(() => warn.mock.calls.length > 0, { timeout: 20_000 });

  // What was loaded is whole, training continues, and nothing was left behind.
  const held = memory();
  model.setWeights(before);
  const [loss = NaN] = model.trainOnBatch(x, y);
  expect(loss).toBeGreaterThan(0);
  expect(memory()).toEqual(held);
});
