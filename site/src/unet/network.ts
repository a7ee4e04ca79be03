// A U-Net (O. Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015).
import { Input } from 'lanegrad/core';
import {
  BatchNormalization,
  concatenate,
  Conv2D,
  Conv2DTranspose,
  MaxPooling2D,
  ReLU,
} from 'lanegrad/layers';
import type { SymbolicTensor } from 'lanegrad/layers';
import { SparseCategoricalCrossentropy } from 'lanegrad/losses';
import { Model } from 'lanegrad/models';
import { Adam, schedules } from 'lanegrad/optimizers';
import { CLASSES, ENOUGH, SIDE } from './protocol.js';
import type { Settings } from './protocol.js';

/** Filters at full size; each level below has twice as many. */
const FILTERS = 8;

/** Two convolutions of 3 × 3. */
function convolutions(x: SymbolicTensor, filters: number): SymbolicTensor {
  for (let i = 0; i < 2; i++) {
    x = new Conv2D(filters, 3, { padding: 'same', useBias: false }).apply(x);
    x = new BatchNormalization({ momentum: 0.9 }).apply(x);
    x = new ReLU().apply(x);
  }
  return x;
}

/** Drawings [n, SIDE, SIDE, 1] → the probabilities of the classes of each pixel, [n, SIDE, SIDE, classes]. */
export function unetOf({ levels, skips }: Settings): Model {
  const drawing = Input([SIDE, SIDE, 1]);
  const widths = Array.from({ length: levels }, (_, level) => FILTERS * 2 ** level);
  const seen: SymbolicTensor[] = [];
  let x: SymbolicTensor = drawing;
  for (const width of widths) {
    x = convolutions(x, width);
    seen.push(x);
    x = new MaxPooling2D(2).apply(x);
  }
  x = convolutions(x, FILTERS * 2 ** levels);
  for (const width of widths.toReversed()) {
    x = new Conv2DTranspose(width, 2, { strides: 2 }).apply(x);
    const beside = seen.pop();
    if (skips && beside !== undefined) x = concatenate([beside, x]);
    x = convolutions(x, width);
  }
  const classes = new Conv2D(CLASSES.length, 1, { activation: 'softmax' }).apply(x);
  const model = new Model({ inputs: drawing, outputs: classes });
  model.compile({
    // Small steps at the end: large ones make what it finds jump.
    optimizer: new Adam({ learningRate: new schedules.CosineDecay(0.006, ENOUGH) }),
    loss: new SparseCategoricalCrossentropy(),
  });
  return model;
}
