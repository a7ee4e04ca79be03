// Operations against Keras: results and gradients. They are called as Keras's files call them, so that the names and
// defaults of arguments are held against Keras, too.
import { describe, expect, it } from 'vitest';
import type { DIFFERENCES } from '../../scripts/generate/coverage/differences.js';
import { flattenNest, mapNest } from '../../src/config/index.js';
import { ValueError } from '../../src/errors.js';
import { add, less, mul, sum, where } from '../../src/engine/ops/index.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import {
  operationConfig,
  operationFromConfig,
} from '../../src/engine/ops/graphs/operation-config.js';
import { isTensorSpec, operationShape } from '../../src/engine/ops/graphs/operation-shape.js';
import { Tensor, tidy } from '../../src/engine/tensor/index.js';
import {
  expectClose,
  expectPending,
  isGoldenArray,
  readGolden,
  splitCases,
  toTensor,
} from './cases.js';
import type { GoldenArray } from './cases.js';
import { callOf, classes, classOf, CREATION, tensorsOf } from './operation-calls.js';
import type { OperationCase } from './operation-calls.js';

const { source, cases } = readGolden<OperationCase>('ops');

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

const kindOf = (value: unknown): string =>
  isGoldenArray(value) ? 'array' : Array.isArray(value) ? 'list' : typeof value;

/**
 * What a case waits for: its operation, or of an operation that is there the argument or the kinds of arguments, whatever the
 * numbers are. Undefined if the case runs.
 */
function missingIn(golden: OperationCase): string | undefined {
  const { name, inputs, args, kwargs } = golden;
  const created = CREATION[name];
  if (created !== undefined && inputs.length === 0) {
    const missing = Object.keys(kwargs).filter((key) => !created.includes(key));
    return missing.length > 0 ? `${name}: ${missing.join(', ')}` : undefined;
  }
  if (!classes.has(classOf(golden))) return name;
  try {
    tidy(() => callOf(golden, inputs.map(tensorsOf)));
    return undefined;
  } catch (error) {
    // The list of what waits is exact, so that nothing else hides here.
    if (!(error instanceof ValueError)) throw error;
    const [, argument] = /config has (.+), which is not supported/.exec(error.message) ?? [];
    return `${name}: ${argument ?? args.map(kindOf).join(', ')}`;
  }
}

const { running, pending } = splitCases(
  cases,
  (golden) => missingIn(golden) ?? golden.name,
  (golden) => missingIn(golden) === undefined,
);

/** What no class of operations here stands for. */
const WITHOUT_CLASS = [
  // Functions of functions, which files cannot hold: control-flow.test.ts has their cases.
  ...['associative_scan', 'cond', 'fori_loop', 'map', 'scan', 'switch', 'vectorized_map'],
  'while_loop',
  // `tensor`, and properties of tensors.
  ...['array', 'ndim', 'size'],
];

/** Operations that give as many as elements say. */
const LENGTHS_OF_ELEMENTS = [
  ...['bincount', 'nonzero', 'repeat', 'unique'],
  ...['segment_max', 'segment_min', 'segment_prod', 'segment_sum'],
];

const hasNumber = (array: unknown, number: number): boolean =>
  (array as GoldenArray).data.some((value) => Object.is(value, number));

/** The cases of differences.ts in scripts/generate/coverage. */
const DIFFERENT: Readonly<Record<keyof typeof DIFFERENCES, (golden: OperationCase) => boolean>> = {
  angle: ({ inputs }) => hasNumber(inputs[0], -0),
  cbrt: ({ inputs }) => hasNumber(inputs[0], 0),
  cholesky_inverse: ({ dx }) => dx !== undefined,
  hard_swish: ({ inputs }) => lengthsOf(inputs[0]).join() === '9',
  istft: () => true,
  nanmean: ({ kwargs }) => kwargs['axis'] === 0 || kwargs['axis'] === 1,
  nanstd: ({ kwargs }) => kwargs['axis'] === 0 || kwargs['axis'] === 1,
  nonzero: () => true,
  one_hot: ({ inputs }) => (inputs[0] as GoldenArray).data.includes(-1),
  saturate_cast: ({ args }) => args[0] === 'int8',
  sparsemax: () => true,
  svd: ({ kwargs }) => Object.keys(kwargs).length === 0,
  std: ({ kwargs, dx }) => dx !== undefined && kwargs['axis'] === 0,
  take: ({ args, kwargs }) =>
    !('axis' in kwargs) && isGoldenArray(args[0]) && args[0].data.some((index) => index < 0),
};

/** Results that hold vectors whose sign means nothing, by their place: the axis along which such a vector lies. */
const SIGNED: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  eigh: { 1: -2 },
  qr: { 0: -2, 1: -1 },
  svd: { 0: -2, 2: -1 },
};

/** Results whose vectors have the signs that Keras's have. */
function withSignsOf({ name, output }: OperationCase, results: unknown): unknown {
  const axes = SIGNED[name];
  if (axes === undefined || !Array.isArray(results)) return results;
  return (results as Tensor[]).map((y, i) => {
    const axis = axes[i];
    if (axis === undefined) return y;
    const expected = toTensor((output as readonly GoldenArray[])[i] as GoldenArray);
    const isOpposite = less(sum(mul(y, expected), axis, true), 0);
    return mul(y, where(isOpposite, -1, 1));
  });
}

const lengthsOf = (array: unknown): readonly number[] => (array as GoldenArray).shape;

const isDifferent = (golden: OperationCase): boolean =>
  Object.hasOwn(DIFFERENT, golden.name) &&
  DIFFERENT[golden.name as keyof typeof DIFFERENCES](golden);

/** Fails unless the results are those of Keras. Its int64 is int32 here. */
function expectResult(actual: unknown, expected: unknown): Tensor[] {
  const tensors = flattenNest(actual, isTensor);
  const arrays = flattenNest(expected, isGoldenArray);
  expect(tensors).toHaveLength(arrays.length);
  arrays.forEach((array, i) => {
    const y = tensors[i] as Tensor;
    expectClose(y, array, `output ${i}`);
    expect(y.dtype).toBe(array.dtype === 'int64' ? 'int32' : array.dtype);
  });
  return tensors;
}

const specOf = ({ shape, dtype }: Tensor): object => ({ shape, dtype });

describe(`operations agree with ${source}`, () => {
  it('has every operation of the file, but for those that are listed', () => {
    expectPending(pending, WITHOUT_CLASS);
  });

  it.each(running.map((golden, i) => [`${i} ${golden.name}`, golden] as const))(
    '%s',
    (_name, golden) => {
      tidy(() => {
        if (!isDifferent(golden)) check(golden);
        // Once it is as in Keras, it has to be taken off the list.
        else expect(() => check(golden)).toThrow();
      });
    },
  );
});

function check(golden: OperationCase): void {
  const created = CREATION[golden.name];
  if (created !== undefined && golden.inputs.length === 0) {
    const [create, ...names] = created;
    const args = names.map((key, i) => golden.args[i] ?? golden.kwargs[key]);
    expectResult(create(...(args as never[])), golden.output);
    return;
  }
  const inputs = golden.inputs.map(tensorsOf);
  const { operation, args } = callOf(golden, inputs);
  const run = (own: readonly unknown[]): unknown =>
    withSignsOf(golden, operation(...(own as never[])));

  // Shapes and dtypes are known before anything is computed, but for lengths that elements decide.
  const y = expectResult(run(args), golden.output);
  const shapes = operationShape(operation, mapNest(args, isTensor, specOf, same) as never);
  const specs = flattenNest(shapes, isTensorSpec);
  const isOpen = LENGTHS_OF_ELEMENTS.includes(golden.name);
  expect(specs.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    y.map(({ shape, dtype }, i) => ({
      shape: shape.map((length, axis) =>
        isOpen && specs[i]?.shape[axis] === null ? null : length,
      ),
      dtype,
    })),
  );

  // Written and read again, it is the same call.
  const sources = flattenNest(inputs, isTensor);
  const places = sources.map(specOf);
  const inFile = operationConfig(
    operation,
    mapNest(args, isTensor, (x) => places[sources.indexOf(x)] ?? x, same) as never,
  );
  const back = (value: unknown): unknown => {
    const place = places.indexOf(value as object);
    if (place >= 0) return sources[place];
    return Array.isArray(value) ? value.map(back) : value;
  };
  const again = operationFromConfig(
    inFile.module,
    inFile.className,
    inFile.config,
  )({
    args: inFile.args.map(back),
    kwargs: Object.fromEntries(
      Object.entries(inFile.kwargs).map(([key, value]) => [key, back(value)]),
    ),
  });
  expect(again.operation).toBe(operation);
  flattenNest(withSignsOf(golden, again.operation(...(again.args as never[]))), isTensor).forEach(
    (tensor, i) => {
      expect(tensor.data()).toEqual(y[i]?.data());
    },
  );

  const gradients = flattenNest(golden.dx ?? [], isGoldenArray);
  if (gradients.length > 0) expectGradients(golden, inputs, args, run);
}

const same = (value: unknown): unknown => value;

function expectGradients(
  { dx, dy }: OperationCase,
  inputs: readonly unknown[],
  args: readonly unknown[],
  run: (args: readonly unknown[]) => unknown,
): void {
  const flat = (value: unknown): unknown[] =>
    Array.isArray(value) ? value.flatMap(flat) : [value];
  const expected = flat(dx);
  const tensors = flat(inputs) as Tensor[];
  const watched = tensors.filter((_, i) => isGoldenArray(expected[i]));
  // A result without a gradient has none here either.
  const upstream = flat(dy).map((array) => (isGoldenArray(array) ? toTensor(array) : undefined));
  const { gradients } = differentiate(
    'test',
    () =>
      flattenNest(run(args), isTensor)
        .flatMap((y, i) => (upstream[i] === undefined ? [] : [sum(mul(y, upstream[i]))]))
        .reduce((a, b) => add(a, b)),
    watched,
  );
  expected.filter(isGoldenArray).forEach((array, i) => {
    const gradient = gradients[i];
    if (gradient === undefined) expect.fail(`input ${i} has no gradient`);
    expectClose(gradient, array, `gradient of input ${i}`);
  });
}
