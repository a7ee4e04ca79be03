// The public operations on symbolic tensors: what a graph of them computes is what they compute of tensors.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  activations,
  Input,
  keep,
  losses,
  memory,
  models,
  oneHot,
  ops,
  random,
  stopGradient,
  tensor,
  tidy,
} from '../../../src/index.js';
import type { layers, Tensor } from '../../../src/index.js';
import { OperationLayer } from '../../../src/nn/layers/operation-layer.js';
import {
  operationConfig,
  operationFromConfig,
  operationName,
} from '../../../src/engine/ops/graphs/operation-config.js';
import type { NestedNumbers } from '../../../src/engine/tensor/nested.js';
import {
  calledOperations,
  fillAll,
  kerasOperations,
  operandsOf,
  operations,
  readAs,
  toTensor,
} from '../../specs/operation-spec.js';
import type { OperationName } from '../../specs/operation-spec.js';
import { operationSpecs } from '../../specs/operations.js';

type SymbolicTensor = layers.SymbolicTensor;
type Spec = Pick<SymbolicTensor, 'shape' | 'dtype'>;
type Call = (...args: readonly unknown[]) => unknown;

interface Golden extends Spec {
  readonly data: readonly (number | string)[];
}

interface Example {
  readonly operation: OperationName;
  readonly args: readonly unknown[];
  readonly inputs: readonly Golden[];
}

/** With numbers of Keras's; the same that operations in files are tested with. */
const shared = JSON.parse(
  readFileSync('test/fixtures/keras-operations.json', 'utf8'),
) as readonly Example[];

const label = ({ operation, args }: Example): string => `${operation} ${JSON.stringify(args)}`;
const table = shared.map((example) => [label(example), example] as const);

function fillPlaces(value: unknown, inputs: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => fillPlaces(item, inputs));
  if (typeof value !== 'object' || value === null) return value;
  if ('input' in value) return inputs[Number(value.input)];
  if ('seed' in value) return new random.SeedGenerator(Number(value.seed));
  if ('tensor' in value) return tensor(value.tensor as NestedNumbers);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillPlaces(item, inputs)]),
  );
}

const fillIn = (args: readonly unknown[], inputs: readonly unknown[]): unknown[] =>
  args.map((value) => fillPlaces(value, inputs));

const concrete = ({ shape, dtype, data }: Golden): Tensor =>
  tensor(Float32Array.from(data, Number), { shape: shape.map((length) => length ?? 2) }).astype(
    dtype as Exclude<typeof dtype, 'string'>,
  );

const symbolic = ({ shape, dtype }: Golden): SymbolicTensor => Input({ batchShape: shape, dtype });

const publicOperation = (name: OperationName): Call => calledOperations[name] as Call;

const flat = <T>(result: T | readonly T[]): readonly T[] => [result].flat() as T[];

const flatTensors = (result: unknown): readonly Tensor[] => flat(result as Tensor);

function expectSame(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  actual.forEach((result, i) => {
    expect(result.data()).toEqual(expected[i]?.data());
  });
}

describe('an operation on symbolic tensors', () => {
  it.each(Object.entries(operationSpecs))(
    'computes in a model what it computes of tensors, in the calls of its row: %s',
    (name, { calls }) => {
      // prettier-ignore
      for (const [args] of calls) {
      const operands = operandsOf(args);
      // An input of a model has a batch axis, and elements.
      const isInput = ({ shape }: Spec): boolean => shape.length > 0 && !shape.includes(0);
      if (operands.length === 0 || !(operands as readonly Spec[]).every(isInput)) continue;
      tidy(() => {
        const inputs = operands.map(({ shape, dtype = 'float32' }) => Input({ batchShape: shape, dtype })); // prettier-ignore
        const tensors = operands.map(toTensor);
        const of = (given: readonly unknown[]): unknown =>
          publicOperation(name as OperationName)(...fillAll(args, (operand) => given[operands.indexOf(operand)])); // prettier-ignore
        const outputs = of(inputs) as SymbolicTensor;
        const model = new models.Model({ inputs: [...new Set(inputs)], outputs });
        expectSame(flat(model.apply(tensors)), flatTensors(of(tensors)));
      });
    }
    },
  );

  it.each(table)('computes in a model what it computes of tensors: %s', (_, example) => {
    tidy(() => {
      const call = publicOperation(example.operation);
      const inputs = example.inputs.map(symbolic);
      const outputs = call(...fillIn(example.args, inputs)) as SymbolicTensor;
      const model = new models.Model({ inputs, outputs });
      const given = example.inputs.map(concrete);
      const expected = flatTensors(call(...fillIn(example.args, given)));
      expectSame(flat(model.apply(given)), expected);
      // Lengths that are known before are those that come.
      flat<Spec>(outputs).forEach(({ shape, dtype }, i) => {
        const { shape: computed = [], dtype: type } = expected[i] ?? {};
        expect(dtype).toBe(type);
        expect(shape.map((length, axis) => length ?? computed[axis])).toEqual(computed);
      });
    });
  });

  const inFiles = table.filter(([, { operation }]) => kerasOperations[operation].length > 0);

  it.each(inFiles)('is the same when it is read from what a file holds: %s', (_, example) => {
    tidy(() => {
      const inputs = example.inputs.map(symbolic);
      const call = publicOperation(example.operation);
      const [output] = flat(call(...fillIn(example.args, inputs)) as SymbolicTensor);
      const { layer, given } = (output as SymbolicTensor).node;
      expect(layer).toBeInstanceOf(OperationLayer);
      const { operation } = layer as OperationLayer;
      // The operation itself, not the function that also takes symbolic tensors.
      expect(operation).toBe(operations[example.operation]);
      const config = operationConfig(operation, given as readonly unknown[]);
      const read = operationFromConfig(config.module, config.className, config.config)(config);
      const name = operationName(read.operation) as OperationName;
      expect(name).toBe(readAs(example.operation));
      const again = publicOperation(name)(...read.args) as SymbolicTensor;
      const model = new models.Model({ inputs, outputs: again });
      const tensors = example.inputs.map(concrete);
      expectSame(flat(model.apply(tensors)), flatTensors(call(...fillIn(example.args, tensors))));
    });
  });

  it('is predicted in batches', async () => {
    const a = Input([3]);
    const b = ops.sub(6, a);
    const last = ops.concat([a, b], 1).slice(':', '3:');
    const outputs = ops.where(ops.greater(a, b), last, ops.add(1, a));
    expect(outputs.shape).toEqual([null, 3]);
    const model = new models.Model({ inputs: a, outputs });
    // Where a > 6 − a it is 6 − a, else a + 1.
    const prediction = await model.predict(
      [
        [1, 5, 2],
        [3, 4, 9],
      ],
      { batchSize: 1 },
    );
    expect(prediction.toArray()).toEqual([
      [2, 1, 3],
      [4, 2, -3],
    ]);
  });

  it('takes several symbolic tensors and tensors in one list', () => {
    const x = Input([2]);
    const parts = ops.split(ops.stack([x, ops.mul(x, 2)], 1), 2, 1);
    expect(parts.map(({ shape }) => shape)).toEqual([
      [null, 1, 2],
      [null, 1, 2],
    ]);
    const constant = tensor([[9, 9]]);
    const model = new models.Model({ inputs: x, outputs: ops.concat([x, constant], 0) });
    expect(model.apply([[1, 2]]).toArray()).toEqual([
      [1, 2],
      [9, 9],
    ]);
  });

  it('is a method of a tensor whose operand is symbolic', () => {
    const x = Input([2]);
    const two = tensor([2, 3]);
    const model = new models.Model({ inputs: x, outputs: two.pow(x).sub(1) });
    expect(model.apply([[1, 2]]).toArray()).toEqual([[1, 8]]);
    expect(two.matmul(ops.transpose(Input({ batchShape: [4, 2] }))).shape).toEqual([4]);
  });

  it('is an activation, and what stands beside the namespaces', () => {
    const x = Input([2]);
    const hidden = activations.relu(x, { maxValue: 3 });
    expect(activations.relu).toBe(ops.relu);
    expect(activations.linear(hidden)).toBe(hidden);
    const model = new models.Model({
      inputs: x,
      outputs: { hidden, negative: stopGradient(ops.neg(x)) },
    });
    const results = model.apply([[-1, 5]]);
    expect(results.hidden.toArray()).toEqual([[0, 3]]);
    expect(results.negative.toArray()).toEqual([[1, -5]]);
    expect(oneHot(Input({ shape: [], dtype: 'int32' }), 3).shape).toEqual([null, 3]);
  });

  it('names its node after itself', () => {
    const { layer } = ops.expandDims(Input([2]), 1).node;
    expect(layer.name).toMatch(/^expand_dims(_\d+)?$/);
    expect(ops.expandDims.name).toBe('expandDims');
  });

  it('leaves no tensor behind while a graph is drawn', () => {
    const before = memory().tensors;
    const x = Input([3]);
    ops.softmax(ops.matmul(ops.expandDims(x, 1), ops.expandDims(x, 2)));
    expect(memory().tensors).toBe(before);
  });
});

describe('errors of symbolic tensors', () => {
  const x = Input({ shape: [3], name: 'pixels' });
  // As a program in JavaScript gives it.
  const never = x as never;
  const symbolic = 'a symbolic tensor of shape [null, 3] and dtype float32';

  it.each<[string, () => unknown, string]>([
    [
      'ops.mean',
      () => ops.mean(x, never),
      `of symbolic (None, 3), (None, 3): mean: axis must be a list, got ${symbolic}.`,
    ],
    ['ops.mean', () => ops.mean(tensor([1]), never), `axis must be a list, got ${symbolic}.`],
    ['ops.reshape', () => ops.reshape(tensor([1]), [never]), `cannot become (${symbolic},)`],
    ['reshape', () => x.reshape(never, 3), `cannot become (${symbolic}, 3)`],
    ['ops.clip', () => ops.clip(x, never, 1), `must be two numbers, low not above high, got ${symbolic}`], // prettier-ignore
    ['ops.relu', () => ops.relu(x, { maxValue: never }), `must be a number, got ${symbolic}.`],
    ['random.normal', () => random.normal(never), `shape must be a list, got ${symbolic}.`],
    ['keep', () => keep(never), `takes a tensor, got ${symbolic}.`],
    ['ops.logitsOf', () => ops.logitsOf(never, 'softmax'), `expected a tensor, got ${symbolic}.`],
  ])('%s names a symbolic tensor where it takes none', (_, call, text) => {
    expect(call).toThrow(text);
  });

  it.each<[string, () => unknown]>([
    ['tensor', () => tensor(never)],
    ['a list of numbers', () => ops.add([[never]], 1)],
    ['a loss', () => losses.meanSquaredError(never, never)],
    ['a gradient', () => ops.grad((a: Tensor) => a.sum())(never)],
  ])('say that it has no values: %s', (_, call) => {
    expect(call).toThrow(
      /a symbolic tensor .* is not a number\. A symbolic tensor has no values: give/,
    );
  });

  it('show its shape beside the lengths that were tried', () => {
    expect(() => ops.add(x, [1, 2])).toThrow(
      /operation 'add_?\d*' of symbolic \(None, 3\): add: shapes \(\d+, 3\) and \(2,\) do not broadcast/,
    );
  });

  it('name the input of another graph, and the operation that reads it', () => {
    const other = Input({ shape: [3], name: 'other' });
    const sum = ops.add(x, other);
    expect(() => new models.Model({ inputs: x, outputs: sum })).toThrow(
      `the outputs need the input 'other' (read by layer '${sum.node.layer.name}'), which is not among the inputs: 'pixels'.`,
    );
  });

  it('are those of TypeScript where values are needed', () => {
    const hasData: 'data' extends keyof SymbolicTensor ? true : false = false;
    expect('data' in x).toBe(hasData);
    // @ts-expect-error it owns no memory that could be kept.
    expect(() => keep(x)).toThrow();
    // Nothing becomes of it in a scope.
    expect(tidy(() => x)).toBe(x);
  });
});
