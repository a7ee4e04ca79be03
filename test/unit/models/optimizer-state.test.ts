// State of an optimizer that a file has for another one is not passed over in silence.
import { afterEach, expect, it, vi } from 'vitest';
import { layers, models, optimizers, tensor } from '../../../src/index.js';
import { encodeKerasFile } from '../../../src/files/formats/keras/file.js';
import { unzipAll } from '../formats/unzip-all.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A file of a model that has made so many steps by Adam. */
async function savedAfter(steps: number): Promise<Uint8Array<ArrayBuffer>> {
  const model = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
  model.compile({ optimizer: new optimizers.Adam({ name: 'mine' }), loss: 'mse' });
  for (let i = 0; i < steps; i++) model.trainOnBatch(tensor([[1, 2]]), tensor([[0]]));
  let bytes = new Uint8Array();
  const write = (_: string, all: Uint8Array<ArrayBuffer>): void => void (bytes = all.slice());
  await model.save({ write }, { format: 'keras' });
  return bytes;
}

/** The file with SGD in place of Adam. */
async function withSgd(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const parts = new Map((await unzipAll(file)).map(({ name, bytes }) => [name, bytes]));
  const text = new TextDecoder().decode(parts.get('config.json'));
  const json = JSON.parse(text) as { compile_config: { optimizer: object } };
  const optimizer = { class_name: 'SGD', config: { name: 'mine', momentum: 0.9 }, module: 'keras.optimizers' }; // prettier-ignore
  const weights = parts.get('model.weights.h5') ?? new Uint8Array();
  return encodeKerasFile({ ...json, compile_config: { ...json.compile_config, optimizer } }, [
    weights,
  ]);
}

it.each([
  [2, [[expect.stringMatching(/the optimizer 'mine' starts over, as its state in the file, of 6 arrays, is not one of its 4 variables\.$/)]]],
  [0, []],
])('after %i steps', async (steps, warned) => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  const file = await savedAfter(steps);
  await models.loadModel(file);
  expect(warn).not.toHaveBeenCalled();
  const model = await models.loadModel(await withSgd(file));
  expect(warn.mock.calls).toEqual(warned);
  expect(model.optimizer?.iterations).toBe(0);
}); // prettier-ignore
