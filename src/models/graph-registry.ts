import type { Config } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { Graph } from '../layers/graph.js';
import type { CallArguments } from '../ops/operation-declaration.js';
import type { OperationCall, OperationConfig } from '../ops/operation-config.js';
import type { Operation } from '../ops/operation-shape.js';

/** A class of models. */
export interface ModelClass<M> {
  readonly className: string;
  new (options: never): M;
}

/** What makes configs of graphs and graphs of configs: operations by Keras's names for them, models by their configs. */
export interface GraphFunctions {
  readonly operationConfig: (operation: Operation, args: readonly unknown[]) => OperationConfig;
  readonly operationFromConfig: (
    module: string,
    className: string,
    config: Config,
  ) => (call: CallArguments) => OperationCall;
  /** Name of an operation in `ops`. */
  readonly operationName: (operation: unknown) => string | undefined;
  /** A graph in Keras's form. */
  readonly graphConfig: (graph: Graph) => Config;
  /** The model that the config of a Functional describes. */
  readonly modelFromConfig: <M>(type: ModelClass<M>, config: Config) => M;
}

let known: GraphFunctions | undefined;

/**
 * Makes operations and models known by their configs, as classes are: `lanegrad` does so, and whoever saves or loads a
 * file. All operations are then in the program.
 */
export function registerGraphs(functions: GraphFunctions): void {
  known = functions;
}

/** What `registerGraphs` has made known. @throws ValueError where nobody called it. */
export function graphFunctions(owner: string): GraphFunctions {
  if (known !== undefined) return known;
  throw new ValueError(
    `${owner}: with 'lanegrad/core' operations and Functional models are known by their configs once a file was saved or ` +
      `loaded. 'lanegrad' knows them always: import it once.`,
  );
}

/** Whether classes of a module of Keras's are operations, which have the names of layers. */
export function isOperationModule(module: unknown): module is string {
  return typeof module === 'string' && /^keras\.(src\.)?(ops|activations)\b/.test(module);
}
