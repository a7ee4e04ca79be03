import { fileTensor } from '../../nn/data/file-tensors.js';
import { tensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import type { SplitSamples } from './embedded.js';
import type { IdxDatasetArrays } from './load-idx.js';

/** A data set in the form of Keras: `[[trainImages, trainLabels], [testImages, testLabels]]`. */
export type TrainTestTensors = [
  train: [images: Tensor, labels: Tensor],
  test: [images: Tensor, labels: Tensor],
];

/** The tensors of a data set in four files. */
export function idxTensors(arrays: IdxDatasetArrays): TrainTestTensors {
  return [
    [fileTensor(arrays.trainImages), fileTensor(arrays.trainLabels)],
    [fileTensor(arrays.testImages), fileTensor(arrays.testLabels)],
  ];
}

/** The tensors of an embedded data set, each sample of that shape. */
export function splitTensors(
  { train, test }: SplitSamples,
  shape: readonly number[],
): TrainTestTensors {
  const part = ({ features, labels }: SplitSamples['train']): TrainTestTensors[number] => [
    tensor(features, { shape: [labels.length, ...shape] }),
    tensor(labels),
  ];
  return [part(train), part(test)];
}
