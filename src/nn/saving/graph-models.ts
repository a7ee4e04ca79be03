import { FormatError } from '../../errors.js';
import type { FileArray } from '../../files/formats/elements.js';
import type { AnyLayer } from '../layers/core/layer.js';

/** What `loadModel` takes of the reader of graph models, which lies above it. */
interface GraphModels {
  /**
   * The model of a graph.
   *
   * @param label the file in messages
   * @param json the parsed `model.json`
   * @param arrays the arrays of its shards
   */
  readonly readGraphModel: (
    owner: string,
    label: string,
    json: Readonly<Record<string, unknown>>,
    arrays: ReadonlyMap<string, FileArray>,
  ) => AnyLayer;
}

let load = (): Promise<GraphModels> =>
  Promise.reject(
    new FormatError(
      `loadModel: a graph model of TensorFlow.js is read where 'lanegrad' is imported, or by loadGraphModel of 'lanegrad/io/tfjs'.`,
    ),
  );

/** Takes what loads the reader of graph models, which `src/known.ts` knows: a program that uses `lanegrad/core` does not reach it. */
export function loadGraphModelsBy(by: () => Promise<GraphModels>): void {
  load = by;
}

/** What reads graph models of TensorFlow.js, loaded with the first one. */
export const graphModels = (): Promise<GraphModels> => load();

/** The class of the layer that computes such a graph; the chunk registers it. */
const CLASS = 'TensorFlowGraph';

/** Loads the chunk if a model that is described by JSON has a layer of its class. */
export async function provideGraphModels(model: unknown): Promise<void> {
  if (names(model)) await graphModels();
}

/** Whether a description names the class anywhere. JSON of files nests no deeper than 64. */
function names(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => (key === 'class_name' && inner === CLASS) || names(inner),
  );
}
