// A small convolutional network that tells circles, squares and triangles apart, in pictures of one shape each.
import { layers, models, optimizers, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { drawShapes } from '../unet/shapes.js';

/** Width and height of a picture. */
export const SIDE = 32;

/** Classes of a picture. */
export const KINDS = ['circle', 'square', 'triangle'] as const;

/** Pictures of one shape each. */
export interface ShapePictures {
  /** float32 from 0 to 1, [count, 32, 32, 1] */
  readonly pictures: Tensor;
  /** The kinds of the shapes, int32 [count]. */
  readonly kinds: Tensor;
  /** 1 where the shape is, int32 [count, 32, 32]. */
  readonly places: Tensor;
}

/** Draws pictures of one shape each, with noise. */
export function drawSingleShapes(count: number, seed: number): ShapePictures {
  const { pictures, classes } = drawShapes(count, SIDE, seed, 1);
  return tidy(() => ({
    pictures: pictures.clip(0, 1),
    kinds: classes.max([1, 2]).sub(1),
    places: classes.minimum(1),
  }));
}

/** The network: four convolutions, of which the last sees shapes as a whole, and the mean of each of its maps. */
export function shapeReader(): models.Sequential {
  const convolution = (name: string, filters: number): layers.Conv2D =>
    new layers.Conv2D(filters, 3, { activation: 'relu', padding: 'same', name });
  const network = new models.Sequential([
    new layers.InputLayer({ shape: [SIDE, SIDE, 1] }),
    convolution('edges', 8),
    convolution('corners', 16),
    new layers.MaxPooling2D(2),
    convolution('parts', 32),
    new layers.MaxPooling2D(2),
    convolution('shapes', 48),
    new layers.GlobalAveragePooling2D(),
    new layers.Dense(KINDS.length, { activation: 'softmax', name: 'kinds' }),
  ]);
  network.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.003 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return network;
}
