/**
 * Models of ONNX: reading them, to predict and to train on.
 *
 * @module lanegrad/io/onnx
 */

import '../chunks.js';
import '../engine/ops/methods.js';
import { registerLayers } from '../nn/layers/registry.js';
import { OnnxGraphLayer } from '../extras/onnx/layer.js';
import { readOnnxModel } from '../extras/onnx/load.js';
import type { LoadOnnxOptions, OnnxModel } from '../extras/onnx/load.js';
import type { Source } from '../files/locations/source.js';

export type { LoadOnnxOptions, OnnxModel } from '../extras/onnx/load.js';

// So that models which hold such a layer are found by their names in files.
registerLayers(OnnxGraphLayer as never);

/**
 * Reads a model from a file of ONNX, as PyTorch, scikit-learn and Keras write them: a model like any other, to predict with and to
 * train on. Versions 7 to 28 of ONNX's operators are read.
 *
 * The arrays of the file are its weights, under their names. Training changes float arrays that a product, a convolution, a
 * normalization or a sum takes; what a file says of means and variances stays. Whole numbers of 64 bits become int32, float16 and
 * float64 become float32, and quantized weights floats.
 *
 * @param source the file: a path, a URL, a Blob or its bytes
 * @throws FormatError for a file that is damaged, or has operators that are not supported: the message lists all of them;
 * DatasetError for one that cannot be read.
 * @example const model = await loadOnnx('classifier.onnx');
 */
export function loadOnnx(source: Source, options: LoadOnnxOptions = {}): Promise<OnnxModel> {
  return readOnnxModel(source, options);
}
