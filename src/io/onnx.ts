/**
 * Models of ONNX: reading them, to predict and to train on, and writing models.
 *
 * @module lanegrad/io/onnx
 */

import '../chunks.js';
import '../engine/ops/methods.js';
import { registerLayers } from '../nn/layers/registry.js';
import { OnnxGraphLayer } from '../extras/onnx/layer.js';
import { readOnnxModel } from '../extras/onnx/load.js';
import type { LoadOnnxOptions, OnnxModel } from '../extras/onnx/load.js';
import { onnxWriting } from '../extras/onnx/writing/chunk.js';
import type { SaveOnnxOptions, WritableModel } from '../extras/onnx/writing/save.js';
import type { Source } from '../files/locations/source.js';
import type { Target } from '../files/locations/target.js';

export type { GraphModel } from '../extras/operator-graphs/model.js';
export type { Freezing } from '../extras/operator-graphs/weights.js';
export type { LoadOnnxOptions, OnnxModel } from '../extras/onnx/load.js';
export type { SaveOnnxOptions, WritableModel } from '../extras/onnx/writing/save.js';

// So that models which hold such a layer are found by their names in files.
registerLayers(OnnxGraphLayer as never);

/**
 * Loads a model from an ONNX file, as PyTorch, scikit-learn and Keras write it. You can use it for predictions and train it
 * further, like any other model. Versions 7 to 28 of ONNX's operators are supported.
 *
 * The arrays of the file become weights with the same names. Training changes float arrays that are used in a product, a
 * convolution, a normalization or a sum; means and variances in the file do not change. 64-bit integers become int32, float16 and
 * float64 become float32, and quantized weights become floats.
 *
 * @param source the file: a path, a URL, a Blob or its bytes
 * @throws FormatError for a file that is damaged or has unsupported operators, all of which the message lists; DatasetError for a
 * file that cannot be read.
 * @example const model = await loadOnnx('classifier.onnx');
 */
export function loadOnnx(source: Source, options: LoadOnnxOptions = {}): Promise<OnnxModel> {
  return readOnnxModel(source, options);
}

/**
 * Writes a model into a file of ONNX, for runtimes of other languages and devices: a Sequential, a model of inputs and outputs, or
 * one that `loadOnnx` read. What the model predicts is written, not how it is trained: dropout is left out, and normalizations use
 * their moving means. Inputs and outputs keep their names, and the batch may have any length.
 *
 * @param model a model with a graph: a Sequential that is built, or `new models.Model({ inputs, outputs })`
 * @param target a path, `indexeddb://`, `downloads://`, or an object that takes the bytes
 * @throws ValueError that names each layer that cannot be written, with the reason; for a model without a graph, and for weights
 * beyond 2 GB without `externalData`; what the target throws. Nothing is written then.
 * @example await saveOnnx(model, 'classifier.onnx');
 */
export async function saveOnnx(
  model: WritableModel,
  target: Target,
  options: SaveOnnxOptions = {},
): Promise<void> {
  await onnxWriting.use(({ writeOnnxModel }) => writeOnnxModel(model, target, options));
}
