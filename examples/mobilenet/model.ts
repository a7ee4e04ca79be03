// Keras's MobileNetV2 is made for photographs and long training. Its config shows everything that has to change for small pictures.
import { models } from 'lanegrad';

/** What is changed. */
export interface MobileNetChanges {
  /** Shape of a picture, which may be smaller than the 32 × 32 that Keras asks for. Default: that of the network. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** How many pixels of the input, along each axis, become one. Default 32: with 16, 8 and less the first strides become 1. */
  readonly reduction?: 1 | 2 | 4 | 8 | 16 | 32;
  /** Of the moving statistics. Default 0.999, which takes thousands of steps. */
  readonly momentum?: number;
}

/** Where pictures are halved: beginnings of the names of layers. */
const DOWNSAMPLING = ['Conv1', 'block_1_', 'block_3_', 'block_6_', 'block_13_'];

/** The layers of a MobileNetV2 with changes, and with weights of its own. */
export function changedMobileNetV2(
  network: models.Model,
  { inputShape, reduction = 32, momentum = 0.999 }: MobileNetChanges,
): models.Model {
  const json = JSON.parse(JSON.stringify(network)) as {
    readonly config: { readonly layers: readonly { class_name: string; config: Config }[] };
  };
  const downsampling = DOWNSAMPLING.slice(0, 5 - Math.log2(reduction));
  for (const { class_name: kind, config } of json.config.layers) {
    if (kind === 'InputLayer' && inputShape) config.batch_shape = [null, ...inputShape];
    if (kind === 'BatchNormalization') config.momentum = momentum;
    if (!downsampling.some((name) => config.name.startsWith(name))) continue;
    if (config.strides !== undefined) config.strides = [1, 1];
    // What a stride of 1 needs around a picture to keep its size.
    if (kind === 'ZeroPadding2D') config.padding = [[1, 1], [1, 1]]; // prettier-ignore
  }
  return models.modelFromJSON(json);
}

interface Config {
  readonly name: string;
  batch_shape?: readonly (number | null)[];
  momentum?: number;
  strides?: readonly [number, number];
  padding?: unknown;
}
