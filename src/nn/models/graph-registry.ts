import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { Graph } from '../layers/core/graph.js';
import type { CallArguments } from '../../engine/ops/graphs/declaration.js';
import type { OperationCall, OperationConfig } from '../../engine/ops/graphs/operation-config.js';
import type { Operation } from '../../engine/ops/graphs/operation-shape.js';

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

const known: Partial<GraphFunctions> = {};

/**
 * Makes models or operations known by their configs, as classes are. `lanegrad` knows both. Saving or loading a file makes
 * models known. A program that knows operations by their names has all of them in it.
 */
export function registerGraphs(functions: Partial<GraphFunctions>): void {
  Object.assign(known, functions);
}

/** A function that `registerGraphs` has made known. @throws ValueError if it has not. */
export function graphFunction<Name extends keyof GraphFunctions>(
  owner: string,
  name: Name,
): GraphFunctions[Name] {
  const found: GraphFunctions[Name] | undefined = known[name];
  if (found !== undefined) return found;
  throw new ValueError(
    name.startsWith('operation')
      ? `${owner}: 'lanegrad/core' does not know operations by their names in files. 'lanegrad' knows them: import it once.`
      : `${owner}: with 'lanegrad/core' Functional models are known by their configs once a file was saved or loaded. ` +
          `'lanegrad' knows them always: import it once.`,
  );
}

/** Whether classes of a module of Keras's are operations, which have the names of layers. */
export function isOperationModule(module: unknown): module is string {
  return typeof module === 'string' && /^keras\.(src\.)?(ops|activations)\b/.test(module);
}
