// The table of operations of graphs.
import type { DType } from '../../../../config/dtype.js';
import { TYPE_OF_DTYPE } from '../../../../files/formats/onnx/write.js';
import type { GraphNode } from '../../../../nn/layers/core/symbolic-tensor.js';
import type { OperationLayer } from '../../../../nn/layers/operation-layer.js';
import { cast } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { OperationCall } from '../operation.js';
import type { OperationRows } from '../operation.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { elementwiseOperations } from './elementwise-operations.js';
import { reductionOperations } from './reduction-operations.js';
import { spectrumOperations } from './spectrum-operations.js';
import { statisticOperations } from './statistic-operations.js';
import { tensorOperations } from './tensor-operations.js';
import { windowOperations } from './window-operations.js';

/** What ONNX has for each operation, by its name in `ops`. */
export const OPERATIONS: OperationRows = {
  ...elementwiseOperations,
  ...reductionOperations,
  ...spectrumOperations,
  ...statisticOperations,
  ...tensorOperations,
  ...windowOperations,
};

/** Writes a call of an operation, with what it gives in the element types that the graph says. */
export function writeOperation(
  w: GraphWriter,
  { operationName }: OperationLayer,
  given: unknown,
  node: GraphNode,
): readonly Written[] {
  const row = Object.hasOwn(OPERATIONS, operationName) ? OPERATIONS[operationName] : undefined;
  if (row === undefined) return refuse('ONNX has no operator for it that is written');
  const [type = 1] = node.outputs.map(({ dtype }) => TYPE_OF_DTYPE[dtype as DType]);
  const call = new OperationCall(w, given as readonly unknown[], type);
  const results = [row(call)].flat() as readonly Written[];
  return results.map((x, i) => {
    const wanted = node.outputs[i]?.dtype as DType | undefined;
    return wanted === undefined ? x : cast(w, x, TYPE_OF_DTYPE[wanted]);
  });
}
