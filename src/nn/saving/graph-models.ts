import { Chunk } from '../../config/chunk.js';
import { FormatError } from '../../errors.js';
import type { ModelFiles } from '../../files/locations/model-source.js';
import type { AnyLayer } from '../layers/core/layer.js';

/** What `loadModel` takes of the reader of graph models, which lies above it. */
interface GraphModels {
  /**
   * The model of a graph.
   *
   * @param json the parsed `model.json`
   * @param maxBytes the most bytes that quantized weights may unpack to, all together
   */
  readonly readGraphModel: (
    owner: string,
    files: ModelFiles,
    json: Readonly<Record<string, unknown>>,
    maxBytes: number,
  ) => Promise<AnyLayer>;
}

/**
 * What reads graph models of TensorFlow.js, loaded with the first one. `src/known.ts` says from where: a program that uses
 * `lanegrad/core` does not reach the code.
 */
export const graphModels = new Chunk<GraphModels>(() =>
  Promise.reject(
    new FormatError(
      `loadModel: a graph model of TensorFlow.js is read where 'lanegrad' is imported, or by loadGraphModel of 'lanegrad/io/tfjs'.`,
    ),
  ),
);

/** The class of the layer that computes such a graph; the chunk registers it. */
const CLASS = 'TensorFlowGraph';

/** Loads the chunk if a model that is described by JSON has a layer of its class. */
export async function provideGraphModels(model: unknown): Promise<void> {
  if (names(model)) await graphModels.use(() => Promise.resolve());
}

/** Whether a description names the class anywhere. JSON of files nests no deeper than 64. */
function names(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => (key === 'class_name' && inner === CLASS) || names(inner),
  );
}
