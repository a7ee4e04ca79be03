import type { Tensor } from '../tensor/tensor.js';

/** A data set as Keras gives it: `[[trainImages, trainLabels], [testImages, testLabels]]`. */
export type TrainTestTensors = [
  train: [images: Tensor, labels: Tensor],
  test: [images: Tensor, labels: Tensor],
];
