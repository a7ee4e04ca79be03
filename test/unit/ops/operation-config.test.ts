// Operations as Keras's files hold them, and what they compute: test/fixtures/keras-operations.json is Keras's word.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { isOperationModule } from '../../../src/nn/models/graph-registry.js';
import {
  operationConfig,
  operationFromConfig,
  operationName,
} from '../../../src/engine/ops/graphs/operation-config.js';
import { flattenNest } from '../../../src/config/index.js';
import { isTensorSpec, operationShape } from '../../../src/engine/ops/graphs/operation-shape.js';
import type { CallArguments } from '../../../src/engine/ops/graphs/declaration.js';
import type { Operation } from '../../../src/engine/ops/graphs/operation-shape.js';
import type { TensorSpec } from '../../../src/engine/ops/graphs/probe-shapes.js';
import * as ops from '../../../src/engine/ops/generated/operations.js';
import { memory, ones, Tensor, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { DType } from '../../../src/config/dtype.js';
import type { NestedNumbers } from '../../../src/engine/tensor/nested.js';
import { readOperations } from '../../../scripts/generate/operation-facts.mjs';
import { fillAll as fillOperands, kerasOperations, readAs } from '../../specs/operation-spec.js';
import { NO_OPERATIONS } from '../../specs/no-operations.js';
import { operationSpecs } from '../../specs/operations.js';

type Numbers = readonly (number | string)[];

interface GoldenTensor extends TensorSpec {
  readonly data: Numbers;
}

interface Example {
  readonly operation: keyof typeof kerasOperations;
  readonly args: readonly unknown[];
  readonly inputs: readonly GoldenTensor[];
  readonly module: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly call: {
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
  };
  readonly outputs: readonly GoldenTensor[];
}

const examples = JSON.parse(
  readFileSync('test/fixtures/keras-operations.json', 'utf8'),
) as readonly Example[];

const operationOf = (name: Example['operation']): Operation => ops[name];

/** `{ input: 0 }` replaced by an input, `{ tensor: … }` by that tensor. */
function fill(value: unknown, inputs: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, inputs));
  if (typeof value !== 'object' || value === null) return value;
  if ('input' in value) return inputs[Number(value.input)];
  if ('tensor' in value) return tensor(value.tensor as NestedNumbers);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, inputs)]));
}

const fillAll = (values: readonly unknown[], inputs: readonly unknown[]): unknown[] =>
  values.map((value) => fill(value, inputs));

/** The arguments of the call with inputs in their positions. */
const callOf = ({ call }: Example, inputs: readonly unknown[]): CallArguments => ({
  args: fillAll(call.args, inputs),
  kwargs: Object.fromEntries(
    Object.entries(call.kwargs).map(([key, value]) => [key, fill(value, inputs)]),
  ),
});

const BATCH = 2;

const concrete = ({ shape, dtype, data }: GoldenTensor): Tensor =>
  tensor(Float32Array.from(data, Number), { shape: shape.map((length) => length ?? BATCH) }).astype(
    dtype,
  );

const shapeAndType = ({ shape, dtype }: { shape: TensorSpec['shape']; dtype: DType }): object => ({
  shape: [...shape],
  dtype,
});

const run = (operation: Operation, args: readonly unknown[]): readonly Tensor[] =>
  [operation(...(args as never[])) as Tensor | readonly Tensor[]].flat();

const label = ({ operation, args }: Example): string => `${operation} ${JSON.stringify(args)}`;

interface Signature {
  readonly init: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly call: Readonly<Record<string, object>>;
}

/** The arguments of all of Keras's classes, also of such as are not here: test/oracles/fixtures/keras-defaults.py. */
const signatures = JSON.parse(
  readFileSync('test/fixtures/keras-signatures.json', 'utf8'),
) as Readonly<Record<string, Signature>>;

/** Operations whose tag says all of Keras's class; others have an expression, which examples from Keras show to be right. */
const declaredByLine = new Set(
  readOperations()
    .operations.filter(({ keras }) => keras.every((text) => /^(keras|one|two)\(/.test(text)))
    .map(({ name }) => name),
);

describe('the class of an operation', () => {
  it.each(Object.entries(operationSpecs))(
    'is one of Keras’s, with its arguments: %s',
    (name, { calls }) => {
      for (const { className } of kerasOperations[name as Example['operation']]) {
        expect(Object.keys(signatures), className).toContain(className);
      }
      if (kerasOperations[name as Example['operation']].length === 0) return;
      tidy(() => {
        for (const [args] of calls.slice(1)) {
          let written: ReturnType<typeof operationConfig>;
          try {
            written = operationConfig(
              operationOf(name as Example['operation']),
              fillOperands(args),
            );
          } catch (error) {
            // Keras has no place for what was given.
            expect(error).toBeInstanceOf(ValueError);
            continue;
          }
          const { init, call } = signatures[`${written.module.split('.').at(-1) ?? ''}.${written.className}`] ?? {}; // prettier-ignore
          expect(Object.keys(init ?? {})).toEqual(
            expect.arrayContaining(Object.keys(written.config)),
          );
          expect(Object.keys(call ?? {})).toEqual(
            expect.arrayContaining(Object.keys(written.kwargs)),
          );
          if (!declaredByLine.has(name)) continue;
          // Read and written again, nothing is lost.
          const read = operationFromConfig(
            written.module,
            written.className,
            written.config,
          )(written);
          expect(operationConfig(read.operation, read.args)).toEqual(written);
        }
      });
    },
  );
});

/** The config of an example as it is written: without what released versions of Keras do not know. */
function configOf({ config }: Example): Example['config'] {
  const { is_stable: _, ...known } = config;
  return known;
}

describe('an operation in files of Keras', () => {
  it.each(examples.map((example) => [label(example), example] as const))(
    'is written as Keras writes it: %s',
    (_, example) => {
      tidy(() => {
        const config = operationConfig(
          operationOf(example.operation),
          fillAll(example.args, example.inputs),
        );
        expect(config).toEqual({
          module: example.module,
          className: example.class_name,
          config: configOf(example),
          ...callOf(example, example.inputs),
        });
      });
    },
  );

  it.each(examples.map((example) => [label(example), example] as const))(
    'is read from what Keras wrote: %s',
    (_, example) => {
      tidy(() => {
        const read = operationFromConfig(example.module, example.class_name, {
          name: 'node',
          ...example.config,
        });
        const call = read(callOf(example, example.inputs));
        expect(operationName(call.operation)).toBe(readAs(example.operation));
        // Written again, nothing is lost.
        const { config, args, kwargs } = operationConfig(call.operation, call.args);
        expect({ config, args, kwargs }).toEqual({
          config: configOf(example),
          ...callOf(example, example.inputs),
        });
      });
    },
  );

  it.each(examples.map((example) => [label(example), example] as const))(
    'has the defaults of Keras’s class where its config leaves them out: %s',
    (_, example) => {
      tidy(() => {
        const { module, class_name: own, config } = example;
        const { init = {} } = signatures[`${module.split('.').at(-1) ?? ''}.${own}`] ?? {};
        // What null means is each operation's own affair.
        const isLeft = (key: string): boolean => (init[key]?.default ?? null) !== null;
        const kept = Object.entries(config).filter(([key]) => !isLeft(key));
        const read = operationFromConfig(module, own, Object.fromEntries(kept));
        const { operation, args } = read(callOf(example, example.inputs));
        const again = operationConfig(operation, args).config;
        const wanted = Object.keys(again).map((key) => [key, isLeft(key) ? init[key]?.default : config[key]]); // prettier-ignore
        expect(again).toEqual(Object.fromEntries(wanted));
      });
    },
  );

  it.each(examples.map((example) => [label(example), example] as const))(
    'computes what Keras computed: %s',
    (_, example) => {
      tidy(() => {
        const inputs = example.inputs.map(concrete);
        const read = operationFromConfig(example.module, example.class_name, example.config);
        const { operation, args } = read(callOf(example, inputs));
        const results = run(operation, args);
        expect(results.length).toBe(example.outputs.length);
        results.forEach((result, i) => {
          const expected = Array.from(example.outputs[i]?.data ?? [], Number);
          const actual = Array.from(result.data());
          expect(actual.length).toBe(expected.length);
          actual.forEach((value, at) => {
            const wanted = expected[at] ?? NaN;
            const near = Math.abs(value - wanted) <= 1e-5 * Math.max(1, Math.abs(wanted));
            expect(Object.is(value, wanted) || near, `${value} is not ${wanted}`).toBe(true);
          });
        });
      });
    },
  );

  it.each(examples.map((example) => [label(example), example] as const))(
    'has the shape and dtype of Keras before it is computed: %s',
    (_, example) => {
      tidy(() => {
        const outputs = operationShape(
          operationOf(example.operation),
          fillAll(example.args, example.inputs),
        );
        expect(flattenNest(outputs, isTensorSpec).map(shapeAndType)).toEqual(
          example.outputs.map(shapeAndType),
        );
      });
    },
  );
});

describe('the declarations of operations', () => {
  const names = Object.keys(kerasOperations) as Example['operation'][];

  it('hold every operation, and an example of Keras’s of each that a line does not declare', () => {
    // Functions of functions, and what asks for a tensor's origin, are no operations.
    const functions = Object.keys(ops).filter((name) => !NO_OPERATIONS.includes(name));
    expect(names.toSorted()).toEqual(functions.toSorted());
    const shown = new Set(
      examples.map((example) => `${example.operation} ${example.module}.${example.class_name}`),
    );
    const missing = names.flatMap((name) =>
      (declaredByLine.has(name) ? [] : kerasOperations[name])
        .map(({ className }) => className.split('.'))
        .filter(
          ([, own]) =>
            ![...shown].some((key) => key.startsWith(`${name} `) && key.endsWith(`.${own ?? ''}`)),
        )
        .map(([, own]) => `${name} ${own ?? ''}`),
    );
    expect(missing, 'examples to add to test/oracles/fixtures/keras-operations.py').toEqual([]);
  });

  it('name the operations that Keras has no class for', () => {
    const without = names.filter((name) => kerasOperations[name].length === 0);
    expect(without.length).toBeGreaterThan(0);
    for (const name of without) {
      expect(() => operationConfig(operationOf(name), [])).toThrow(
        `${name}: Keras has no operation for it, so it cannot be written into a file.`,
      );
    }
  });
});

const x: TensorSpec = { shape: [null, 4, 3], dtype: 'float32' };

describe('operationConfig', () => {
  it('refuses arguments that Keras has no place for, by name', () => {
    expect(() => operationConfig(ops.sort, [x, -1, { descending: true }])).toThrow(
      "sort: descending = true cannot be written into a file of Keras's, as numpy.Sort has no such argument.",
    );
    expect(() => operationConfig(ops.cumsum, [x, 1, { reverse: true }])).toThrow(
      'cumsum: reverse = true cannot be written',
    );
    const kernel: TensorSpec = { shape: [2, 3, 5], dtype: 'float32' };
    const bias: TensorSpec = { shape: [5], dtype: 'float32' };
    expect(() => operationConfig(ops.conv1d, [x, kernel, bias])).toThrow('conv1d: bias = ');
    expect(() => operationConfig(ops.conv1d, [x, kernel, null, { activation: 'relu' }])).toThrow(
      "conv1d: activation = 'relu' cannot be written",
    );
  });

  it('refuses numbers that JSON does not have, and what is no operation', () => {
    expect(() => operationConfig(ops.where, [x, x, -Infinity])).toThrow(
      'where: -Infinity cannot be written into a file, as JSON has no NaN and no infinities.',
    );
    expect(() => operationConfig(ops.clip, [x, 0, Infinity])).toThrow('clip: Infinity');
    expect(() => operationConfig(ops.add, [x, [1, NaN, 2]])).toThrow('add: ');
    expect(() => operationConfig((a: Tensor) => a, [x])).toThrow('not one of lanegrad');
  });

  it('refuses arguments that are missing or unknown', () => {
    expect(() => operationConfig(ops.add, [x])).toThrow('add: x2 must be a tensor, got undefined.');
    expect(() => operationConfig(ops.clip, [x, 0])).toThrow('clip: xMax is missing.');
    expect(() => operationConfig(ops.maxPool1d, [x, { size: 2 }])).toThrow("unknown option 'size'");
  });

  it('writes lists of numbers with their dtype, indices as whole numbers', () => {
    const array = (value: unknown, dtype: string): object => ({
      class_name: '__numpy__',
      config: { value, dtype },
    });
    const before = memory().bytes;
    expect(operationConfig(ops.outer, [x, [1, 2]]).args).toEqual([x, array([1, 2], 'float32')]);
    expect(operationConfig(ops.gather, [x, [1, 0], 1]).args).toEqual([x, array([1, 0], 'int32')]);
    expect(memory().bytes).toBe(before);
  });
});

describe('operationFromConfig', () => {
  const read = (className: string, config: object, ...args: unknown[]): unknown[] => {
    const [module = '', name = ''] = className.split('.');
    const call = operationFromConfig(`keras.src.ops.${module}`, name, { ...config });
    const { operation, args: own } = call({ args, kwargs: {} });
    return [operationName(operation), ...own];
  };

  it('knows other names of a class', () => {
    expect(read('numpy.Divide', {}, x, 2)).toEqual(['div', x, 2]);
    expect(read('numpy.Amax', { axis: 1, keepdims: false, initial: null }, x)).toEqual([
      'max',
      x,
      1,
    ]);
    expect(read('numpy.Abs', {}, x)).toEqual(['abs', x]);
  });

  it("takes Keras's default for what a config does not have", () => {
    expect(read('nn.Gelu', {}, x)).toEqual(['gelu', x, true]);
    expect(read('numpy.Take', {}, x, 0)).toEqual(['gather', x, 0, null]);
    expect(read('numpy.Mean', {}, x)).toEqual(['mean', x]);
    expect(() => read('numpy.Reshape', {}, x)).toThrow('numpy.Reshape: the config lacks newshape.');
    expect(read('nn.BinaryCrossentropy', {}, x, x)).toEqual(['binaryCrossentropy', x, x]);
  });

  it('takes arguments by name', () => {
    const call = operationFromConfig('keras.src.ops.numpy', 'Subtract', {});
    const y = { ...x, shape: [3] };
    expect(call({ args: [], kwargs: { x2: y, x1: x } }).args).toEqual([x, y]);
    expect(call({ args: [x], kwargs: { x2: y } }).args).toEqual([x, y]);
    expect(() => call({ args: [x], kwargs: {} })).toThrow('numpy.Subtract: the call lacks x2.');
    expect(() => call({ args: [x, y, y], kwargs: {} })).toThrow(
      'has 3 arguments, expected at most 2',
    );
    expect(() => call({ args: [x], kwargs: { y } })).toThrow("call has 'y', which is unknown.");
  });

  it('refuses what the operation does not have', () => {
    expect(() => read('numpy.Max', { initial: 3 }, x)).toThrow('config has initial = 3');
    expect(() => read('numpy.Mean', { axes: 1 }, x)).toThrow(
      "config has 'axes', which is unknown.",
    );
    expect(() => read('linalg.Eig', {}, x)).toThrow(
      "There is no operation here for Keras's keras.src.ops.linalg.Eig.",
    );
    expect(() => read('numpy.Pad', { pad_width: 1, mode: 'reflect' }, x)).toThrow(
      "mode = 'reflect'",
    );
    expect(() => read('nn.MaxPool', { pool_size: 2 }, { ...x, shape: [null, 2] })).toThrow(
      'MaxPool: only input of 3, 4 or 5 axes is supported.',
    );
    expect(() => read('numpy.GetItem', {}, x, [[0, 1]])).toThrow(
      'numpy.GetItem: [0, 1] selects nothing',
    );
  });

  it('tells modules of operations from those of layers', () => {
    expect(isOperationModule('keras.src.ops.numpy')).toBe(true);
    expect(isOperationModule('keras.layers')).toBe(false);
    expect(() => operationFromConfig('keras.layers', 'Add', {})).toThrow('keras.layers.Add');
  });

  it('makes tensors of arrays in the file, which belong to the caller', () => {
    const before = memory().tensors;
    const value = { class_name: '__tensor__', config: { value: [1, 2, 3], dtype: 'int64' } };
    const [, , constant] = read('numpy.Add', {}, x, value);
    expect(constant).toBeInstanceOf(Tensor);
    expect((constant as Tensor).dtype).toBe('int32');
    (constant as Tensor).dispose();
    expect(memory().tensors).toBe(before);
    expect(ones([1]).dtype).toBe('float32');
  });
});
