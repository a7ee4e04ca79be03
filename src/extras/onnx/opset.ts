// What of a file is read: versions of operators, and the operators themselves.
import { printable } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import type { OnnxGraph } from '../../files/formats/onnx/graph.js';
import { missingOperators, neededNodes } from './program.js';

/** The versions of ONNX's operators that are read. */
const OPSETS = { least: 7, most: 28 };

/**
 * The version of ONNX's operators that a file was written for.
 *
 * @param outputs names of what is asked for: what they do not need may be missing
 * @throws FormatError for another version, and for a file with operators that are missing: it lists all of them.
 */
export function opsetOf(
  label: string,
  graph: OnnxGraph,
  opsets: ReadonlyMap<string, number>,
  outputs: readonly string[],
): number {
  const opset = opsets.get('') ?? 0;
  const nodes = neededNodes(graph.nodes, outputs);
  const missing = missingOperators({ ...graph, nodes }, opset);
  if (missing.size > 0) {
    const list = [...missing].map(([name, count]) =>
      count === 1 ? name : `${name} (${count} times)`,
    );
    throw new FormatError(
      `${label}: ${list.length} of its operators are not supported: ${list.slice(0, 50).join(', ')}. Export the model ` +
        `for another version of operators, or load it up to a tensor before them with the option outputs.`,
    );
  }
  if (opset >= OPSETS.least && opset <= OPSETS.most) return opset;
  throw new FormatError(
    `${printable(label)}: written for version ${opset} of ONNX's operators, and ${OPSETS.least} to ${OPSETS.most} are read. ` +
      `Convert the file: onnx.version_converter.convert_version.`,
  );
}
