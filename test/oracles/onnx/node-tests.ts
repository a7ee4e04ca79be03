// Runs ONNX's own node tests: python test/oracles/onnx/node_tests.py writes them.
//   npx tsx test/oracles/onnx/node-tests.ts <folder> [--list] [part of a name]
// Cases whose values are float, float16, int32, int64, uint8 and bool count. Each one that does not pass needs a reason in
// `scripts/generate/coverage/onnx-reasons.ts`, which lists the operators that are missing, too. The run fails if a case has no
// reason, if a reason or a missing operator is one no more, and if fewer than 90 % pass.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fusedGraph } from '../../../src/extras/onnx/fuse.js';
import { Program } from '../../../src/extras/operator-graphs/program.js';
import { OperatorValue } from '../../../src/extras/operator-graphs/value.js';
import { parseOnnx } from '../../../src/files/formats/onnx/graph.js';
import { dialectIn } from '../../../src/extras/onnx/opset.js';
import { TensorProto } from '../../../src/files/formats/onnx/schema.js';
import { arrayOf } from '../../../src/files/formats/onnx/tensors.js';
import type { OperatorArray } from '../../../src/files/formats/operator-graph.js';
import '../../../src/engine/ops/methods.js';
import { memory, tensor, tidy } from '../../../src/engine/tensor/index.js';
import { OPERATORS } from '../../../src/extras/onnx/operators/index.js';
import { MISSING, REASONS } from '../../../scripts/generate/coverage/onnx-reasons.js';

interface Case {
  readonly name: string;
  readonly operators: readonly string[];
  readonly types: readonly string[];
  readonly rtol: number;
  readonly atol: number;
  readonly sets: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly unwritten?: string;
}

const COUNTED = ['float', 'float16', 'int32', 'int64', 'uint8', 'bool'];

const [folder = '', ...rest] = process.argv.slice(2);
const part = rest.find((word) => !word.startsWith('--')) ?? '';
const lists = rest.includes('--list');
const cases = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as Case[];
const relevant = cases.filter(
  ({ name, types, operators }) =>
    types.every((type) => COUNTED.includes(type)) &&
    !operators.some((operator) => operator.includes('.')) &&
    name.includes(part),
);

const external = (): never => {
  throw new Error('a node test has no external data');
};

function arrayIn(file: string): OperatorArray {
  return arrayOf(TensorProto.decode(readFileSync(file), file), file, external);
}

/** What is wrong with a case; undefined if nothing is. */
function problemOf(one: Case): string | undefined {
  const at = path.join(folder, one.name);
  const { graph: read, opsets } = parseOnnx(readFileSync(path.join(at, 'model.onnx')), one.name);
  const names = read.outputs.map(({ name }) => name);
  const program = new Program(dialectIn(one.name, read, opsets, names));
  const graph = fusedGraph(read, new Set(names), new Map());
  for (let set = 0; set < one.sets; set++) {
    const expected = names.map((_, i) => arrayIn(path.join(at, `${set}_output_${i}.pb`)));
    const problem = tidy(() => {
      const values = new Map<string, OperatorValue>();
      graph.inputs.forEach(({ name, type }, i) => {
        const { data, shape, dtype } = arrayIn(path.join(at, `${set}_input_${i}.pb`));
        values.set(name, OperatorValue.of(tensor(data, { shape, dtype }), type));
      });
      const outputs = program.start(graph, values, names, { training: true });
      return outputs
        .map((value, i) => difference(value, expected[i], one))
        .find((text) => text !== undefined);
    });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function difference(
  value: OperatorValue,
  expected: OperatorArray | undefined,
  { atol, rtol, types }: Case,
): string | undefined {
  if (expected === undefined) return 'an output too many';
  const { tensor: found } = value;
  if (String(found.shape) !== String(expected.shape))
    return `shape [${found.shape.join()}] instead of [${expected.shape.join()}]`;
  if (found.dtype !== expected.dtype) return `${found.dtype} instead of ${expected.dtype}`;
  const half = types.includes('float16') ? 1e-3 : 0;
  const data = found.data();
  for (let i = 0; i < data.length; i++) {
    const [a = NaN, b = NaN] = [data[i], expected.data[i]];
    if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (Math.abs(a - b) <= Math.max(atol, half) + Math.max(rtol, half) * Math.abs(b)) continue;
    return `element ${i} is ${a} instead of ${b}`;
  }
  return undefined;
}

const failed: { readonly name: string; readonly problem: string }[] = [];
for (const one of relevant) {
  let problem: string | undefined;
  try {
    problem = one.unwritten ?? problemOf(one);
  } catch (error) {
    problem =
      error instanceof Error
        ? lists && !(error.name.endsWith('Error') && error.name !== 'TypeError')
          ? (error.stack ?? '')
          : error.message
        : String(error);
  }
  if (problem !== undefined) failed.push({ name: one.name, problem });
}
const passed = relevant.length - failed.length;
const reasonOf = (name: string): string | undefined =>
  REASONS.find(({ names }) => names.test(name))?.reason;

/** What the tables say of tests and operators that is not so. */
function untrue(): string[] {
  const stale = REASONS.filter(({ names }) => !failed.some(({ name }) => names.test(name)));
  const listed = MISSING.flatMap(({ operators }) => operators);
  const used = new Set(cases.flatMap(({ operators }) => operators.filter((one) => !one.includes('.')))); // prettier-ignore
  return [
    ...stale.map(({ names }) => `${String(names)}: every test of that name passes`),
    ...listed.filter((one) => Object.hasOwn(OPERATORS, one)).map((one) => `${one}: it is there`), // prettier-ignore
    ...[...used]
      .filter((one) => !Object.hasOwn(OPERATORS, one) && !listed.includes(one))
      .map((one) => `${one}: missing without a reason`),
  ];
}
const unexplained = failed.filter(({ name }) => reasonOf(name) === undefined);
const counts = new Map<string, number>();
for (const { name } of failed) {
  const reason = reasonOf(name) ?? 'without a reason';
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}
for (const [reason, count] of counts)
  console.log(`${String(count).padStart(4)} not passed: ${reason}`);
for (const { name, problem } of lists ? failed : unexplained)
  console.log(`${name}: ${problem.slice(0, 300)}`);
const wrong = part === '' ? untrue() : [];
for (const line of wrong) console.log(line);
console.log(
  `${cases.length} node tests, ${relevant.length} of them of float32, float16, int32, int64, uint8 and bool: ${passed} pass, ` +
    `${((100 * passed) / relevant.length).toFixed(1)} %; ${memory().tensors} tensors left`,
);
if (unexplained.length > 0 || wrong.length > 0 || passed < 0.9 * relevant.length)
  process.exitCode = 1;
