// The arguments of valid calls.
import { callbacks, layers, models, tensor, Variable } from '../../../src/index.js';
import type { Tensor, utils } from '../../../src/index.js';
import type { ByteSink } from '../../../src/files/locations/target.js';

export type Arguments = () => readonly unknown[];

export const vector = (): Tensor => tensor([0.5, 0.25, 0.25]);
export const matrix = (): Tensor =>
  tensor([
    [0, 1, 0],
    [1, 0, 0],
  ]);
/** A picture of two pixels. */
export const img = (): utils.Img => ({
  data: new Uint8Array([1, 2]),
  width: 2,
  height: 1,
  channels: 1,
});
/** A bounding box. */
export const boxes = (): Tensor => tensor([[1, 2, 3, 4]]);
export const unary: Arguments = () => [matrix()];
export const none: Arguments = () => [];
export const options: Arguments = () => [{}];
export const square = (x: Tensor): Tensor => x.square().sum();
export const sink: ByteSink = { write: () => undefined };

/** However many epochs and steps are asked for: one is enough. */
export class StopsAtOnce extends callbacks.Callback {
  override onTrainBatchEnd(): undefined {
    if (this.model !== undefined) this.model.stopTraining = true;
  }
}

export const model = (): models.Sequential => {
  const network = new models.Sequential([new layers.Dense(3, { inputShape: [3] })]);
  network.compile({ optimizer: 'sgd', loss: 'mse' });
  return network;
};
export const weight = (): Variable => new Variable(vector(), { name: 'weight' });

export const named = (names: string, call: Arguments): Record<string, Arguments> =>
  Object.fromEntries(names.split(' ').map((name) => [name, call]));
