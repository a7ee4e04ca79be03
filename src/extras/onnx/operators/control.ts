// Operators that run graphs: If, Loop and Scan. Their graphs run as the graph around them does, so gradients flow through them.
import * as ops from '../../../engine/ops/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import { normalizeAxis, zeros } from '../../../engine/tensor/index.js';
import { dtypeOf, TYPE } from '../../../files/formats/onnx/types.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';

/** The most iterations of a loop. */
const MAX_ITERATIONS = 2 ** 20;

const choose = (call: Call): Given[] =>
  call.runGraph(call.graph(call.number(0) === 0 ? 'else_branch' : 'then_branch'), []);

/** What all iterations give, one behind the other. */
function stacked(
  values: readonly OperatorValue[],
  axis: number,
  type: number,
  missing: readonly number[],
): OperatorValue {
  const [first] = values;
  if (first === undefined) return OperatorValue.of(zeros([0, ...missing], dtypeOf(type)), type);
  return OperatorValue.of(
    ops.stack(
      values.map((value) => value.tensor),
      axis,
    ),
    first.type,
  );
}

/** Inputs: the most iterations, whether the first one runs, and the states. Outputs: the last states, then what each iteration gives. */
function loop(call: Call): Given[] {
  const body = call.graph('body');
  const most = call.has(0) ? call.number(0) : Infinity;
  let goesOn = call.has(1) ? call.number(1) !== 0 : true;
  let states: OperatorValue[] = call.inputs.slice(2).map((_, i) => call.value(i + 2));
  const count = states.length;
  const scanned: OperatorValue[][] = body.outputs.slice(1 + count).map(() => []);
  for (let i = 0; i < most && goesOn; i++) {
    if (i === MAX_ITERATIONS) throw call.refuse(`it has run ${MAX_ITERATIONS} times and goes on`);
    const [condition, ...rest] = call.runGraph(body, [
      OperatorValue.numbers([i], []),
      truth(goesOn),
      ...states,
    ]);
    states = rest.slice(0, count);
    rest.slice(count).forEach((value, j) => scanned[j]?.push(value));
    goesOn = (condition?.elements[0] ?? 0) !== 0;
  }
  const outputs = body.outputs.slice(1 + count);
  return [
    ...states,
    ...scanned.map((values, i) => {
      const missing = (outputs[i]?.shape ?? []).map((length) =>
        typeof length === 'number' ? length : 0,
      );
      return stacked(values, 0, outputs[i]?.type ?? TYPE.float, missing);
    }),
  ];
}

const truth = (value: boolean): OperatorValue =>
  OperatorValue.known({ shape: [], dtype: 'bool', data: Uint8Array.of(value ? 1 : 0) }, TYPE.bool);

/** Inputs: states, then sequences, of which each iteration gets one entry. Version 8 has a batch axis before the steps. */
function scan(call: Call): Given[] {
  if (call.opset < 9) return scanBatches(call);
  const given = call.inputs.map((_, i) => call.value(i));
  return scanOnce(call, given);
}

function scanOnce(call: Call, given: readonly OperatorValue[]): OperatorValue[] {
  const body = call.graph('body');
  const sequences = call.attribute('num_scan_inputs');
  const count = given.length - sequences;
  let states = given.slice(0, count);
  const values = given.slice(count);
  const axes = values.map(({ shape }, i) =>
    normalizeAxis('Scan', call.list('scan_input_axes')?.[i] ?? 0, shape.length),
  );
  const steps = values[0]?.shape[axes[0] ?? 0] ?? 0;
  const tensors = values.map((value) => value.tensor);
  const directions = call.list('scan_input_directions') ?? [];
  const scanned: OperatorValue[][] = body.outputs.slice(count).map(() => []);
  for (let i = 0; i < steps; i++) {
    const entries = tensors.map((x, j) => {
      const at = directions[j] === 1 ? steps - 1 - i : i;
      return OperatorValue.of(sliceAlong(x, axes[j] ?? 0, at), values[j]?.type);
    });
    const results = call.runGraph(body, [...states, ...entries]);
    states = results.slice(0, count);
    results.slice(count).forEach((value, j) => scanned[j]?.push(value));
  }
  const [outAxes, outDirections] = [
    call.list('scan_output_axes'),
    call.list('scan_output_directions'),
  ];
  return [
    ...states,
    ...scanned.map((list, j) => {
      const ordered = outDirections?.[j] === 1 ? list.toReversed() : list;
      const rank = (list[0]?.shape.length ?? 0) + 1;
      return stacked(ordered, normalizeAxis('Scan', outAxes?.[j] ?? 0, rank), TYPE.float, []);
    }),
  ];
}

/** Each sample of a batch by itself. */
function scanBatches(call: Call): Given[] {
  const given = call.inputs.slice(1).map((_, i) => call.value(i + 1));
  if (call.has(0)) throw call.refuse('sequences of different lengths are not read');
  const batch = given[0]?.shape[0] ?? 0;
  if (batch > MAX_ITERATIONS) throw call.refuse(`it has ${batch} samples, and at most ${MAX_ITERATIONS} are scanned`); // prettier-ignore
  const samples = Array.from({ length: batch }, (_, at) =>
    scanOnce(
      call,
      given.map((value) => OperatorValue.of(sliceAlong(value.tensor, 0, at), value.type)),
    ),
  );
  const [first = []] = samples;
  return first.map((_, i) =>
    stacked(
      samples.flatMap((outputs) => outputs.slice(i, i + 1)),
      0,
      TYPE.float,
      [],
    ),
  );
}

export const control: Operators = {
  If: { run: choose },
  Loop: { run: loop },
  Scan: { run: scan },
};
