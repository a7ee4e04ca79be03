// What records steps is a chunk in pages: the first step asks for it, and steps are recorded once it is there.
import { expect, it, vi } from 'vitest';

it('steps run their layers until the chunk is there, and are recorded then', async () => {
  vi.resetModules();
  const { capture } = await import('../../src/models/training/capture-chunk.js');
  const { layers, Sequential, tensor } = await import('../../src/index.js');
  const model = new Sequential([layers.Input([3]), new layers.Dense(2)]);
  const x = tensor([[1, 2, 3]]);
  const predict = (): void => {
    for (let call = 0; call < 20; call++) model.predictOnBatch(x).dispose();
  };
  predict();
  expect(model.predictions.count).toBe(0);
  await vi.waitFor(() => {
    expect(capture.code).toBeDefined();
  });
  predict();
  expect(model.predictions.count).toBe(1);
});
