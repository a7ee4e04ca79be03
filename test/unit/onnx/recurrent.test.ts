// Recurrent operators by kernels, against the same operators step by step: a bound on what activations take, far beyond all
// numbers, changes nothing that is computed.
import { expect, it } from 'vitest';
import { memory, tensor, tidy } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { AttributeMessage } from '../../../src/files/formats/onnx/schema.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import { array, attribute, node, onnxFile, port } from './files.js';

const [STEPS, BATCH, WIDTH, HIDDEN] = [4, 3, 2, 5];

/** Numbers between −1 and 1. */
const wave = (size: number, phase: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.sin(i * 0.7 + phase));

const real = (name: string, value: number): AttributeMessage => ({
  ...attribute(name, 0),
  f: value,
  type: 1,
});

/** All outputs of an operator over x [steps, batch, width]. */
async function results(
  op: string,
  attributes: readonly AttributeMessage[],
  lengths: readonly number[] | undefined,
): Promise<number[]> {
  const gates = { RNN: 1, GRU: 3, LSTM: 4 }[op] ?? 0;
  const direction = new TextDecoder().decode(
    attributes.find(({ name }) => name === 'direction')?.s,
  );
  const directions = direction === 'bidirectional' ? 2 : 1;
  const shapes = {
    w: [directions, gates * HIDDEN, WIDTH],
    r: [directions, gates * HIDDEN, HIDDEN],
    b: [directions, 2 * gates * HIDDEN],
    h: [directions, BATCH, HIDDEN],
  };
  const arrays = Object.entries(shapes).map(([name, shape], i) =>
    array(
      name,
      shape,
      wave(
        shape.reduce((a, b) => a * b, 1),
        i,
      ),
    ),
  );
  const states = op === 'LSTM' ? ['h', 'h'] : ['h'];
  const outputs = ['y', 'last', 'cell'].slice(0, states.length + 1);
  const given = lengths === undefined ? '' : 'lengths';
  const file = onnxFile({
    input: [port('x', [STEPS, BATCH, WIDTH])],
    node: [node(op, ['x', 'w', 'r', 'b', given, ...states], outputs, attributes)],
    initializer: [...arrays, array('lengths', [BATCH], lengths ?? [1, 1, 1], true)],
    output: outputs.map((name) => port(name, [])),
  });
  const before = memory();
  const model = await loadOnnx(file, { inputShapes: { x: [STEPS, BATCH, WIDTH] } });
  const found = tidy(() => {
    const x = tensor(wave(STEPS * BATCH * WIDTH, 2), { shape: [STEPS, BATCH, WIDTH] });
    const computed = model.predictOnBatch(x) as unknown as Tensor[];
    return computed.flatMap((one) => Array.from(one.data()));
  });
  model.dispose();
  expect(memory().tensors).toBe(before.tensors);
  return found;
}

const operators = [
  ['RNN', []],
  ['RNN', [attribute('activations', ['Relu', 'Relu'])]],
  ['GRU', []],
  ['GRU', [attribute('linear_before_reset', 1)]],
  ['LSTM', []],
] as const;

const cases = operators.flatMap(([op, attributes]) =>
  ['forward', 'reverse', 'bidirectional'].flatMap((direction) =>
    [undefined, [4, 2, 1]].map((lengths) => {
      // One name for each direction.
      const own = attributes.map((one) =>
        one.name === 'activations' && direction !== 'bidirectional'
          ? attribute('activations', ['Relu'])
          : one,
      );
      return { op, all: [...own, attribute('direction', direction)], direction, lengths };
    }),
  ),
);

it.each(cases)(
  '$op $direction, lengths $lengths, gives what its steps give',
  async ({ op, all, lengths }) => {
    const [found, expected] = [
      await results(op, all, lengths),
      await results(op, [...all, real('clip', 1e6)], lengths),
    ];
    expect(found).toHaveLength(expected.length);
    found.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-5);
    });
  },
);
