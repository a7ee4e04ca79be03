// What of a file is read: versions of operators, and the operators themselves.
import { printable } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import type { OperatorGraph } from '../../files/formats/operator-graph.js';
import { requireOperators } from '../operator-graphs/missing.js';
import type { Dialect } from '../operator-graphs/operator.js';
import { dialectOf } from './operators/index.js';

/** The versions of ONNX's operators that are read. */
const OPSETS = { least: 7, most: 28 };

/**
 * ONNX's operators in the version that a file was written for.
 *
 * @param outputs names of what is asked for: what they do not need may be missing
 * @throws FormatError for another version, and for a file with operators that are missing: it lists all of them.
 */
export function dialectIn(
  label: string,
  graph: OperatorGraph,
  opsets: ReadonlyMap<string, number>,
  outputs: readonly string[],
): Dialect {
  const opset = opsets.get('') ?? 0;
  const dialect = dialectOf(opset);
  requireOperators(
    label,
    graph,
    dialect,
    outputs,
    `Export the model for another version of operators, or load it up to a tensor before them with the option outputs.`,
  );
  if (opset >= OPSETS.least && opset <= OPSETS.most) return dialect;
  throw new FormatError(
    `${printable(label)}: written for version ${opset} of ONNX's operators, and ${OPSETS.least} to ${OPSETS.most} are read. ` +
      `Convert the file: onnx.version_converter.convert_version.`,
  );
}
