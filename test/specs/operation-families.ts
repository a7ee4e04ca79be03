// The operands that rows of operations share, and the rows of each kind of operation: of one element, of two, along axes.
import * as reference from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { adaptivePool, pool, poolVolumes } from '../reference/windows.js';
import { parametersOf, unaryReference } from './elementwise.js';
import type { UnaryReference } from './elementwise.js';
import { awayFrom, distinct, random } from './operation-spec.js';
import type { Call, Draws, Operand, OperationSpec, Reference } from './operation-spec.js';

export const of = (shape: readonly number[], data: readonly number[], dtype: Operand['dtype'] = 'float32'): Operand => ({ shape, data, dtype }); // prettier-ignore
export const filled = (value: number, ...shape: number[]): Operand => of(shape, new Array<number>(reference.sizeOf(shape)).fill(value)); // prettier-ignore
export const cycle = (...shape: number[]): Operand =>
  reference.build(shape, (index) => ((index.reduce((at, i) => 3 * at + i, 1) * 7) % 11) / 8 - 0.5);

export const x = of([2, 4], [0, -1, 1, 0, 3, 0.25, 1, 0]);
export const cube = of([2, 2, 2], [3, 1, 2, 5, 4, 6, 7, 8].map((value) => value / 8)); // prettier-ignore
export const whole = of([2, 4], [1, -2, 3, 0, 1, 2, -1, 3], 'int32');
export const bytes = of([2, 4], [1, 2, 3, 0, 1, 2, 0, 3], 'uint8');
export const flags = of([4], [1, 0, 1, 1], 'bool');
export const kernel = of([4, 2], [1, 2, 3, 4, 5, 6, 7, 8].map((value) => value / 8)); // prettier-ignore
export const bias = of([2], [0.5, -0.5]);
export const image = filled(0.5, 1, 4, 4, 2);
export const sequence = filled(0.5, 2, 6, 2);
export const volume = filled(0.5, 1, 2, 3, 3, 2);
export const labels = of([2], [0, 3], 'uint8');
export const targets = of([2, 4], [1, 0, 0, 0, 0, 0, 0.5, 0.5]);
/** [batch, steps, features] */
export const steps = cycle(2, 5, 4);
export const otherSteps = of([2, 5, 4], [...steps.data].reverse());
export const down = { descending: true };
/** Nested lists of the numbers. */
export const nested = ({ shape: [n = 0, ...shape], data }: DenseArray): unknown[] =>
  Array.from({ length: n }, (_, i) => {
    const size = reference.sizeOf(shape);
    return shape.length === 0
      ? data[i]
      : nested({ shape, data: data.slice(i * size, (i + 1) * size) });
  });
export const nestedImage = nested(cycle(1, 4, 4, 2));

export const NONE: DenseArray = { shape: [0], data: [] };

export const row = (gradient: OperationSpec['gradient'], calls: readonly Call[], singular?: string): OperationSpec => ({ gradient, calls, singular }); // prettier-ignore
export const and = (spec: OperationSpec, ...more: readonly Call[]): OperationSpec => ({ ...spec, calls: [...spec.calls, ...more] }); // prettier-ignore
export const plain = (...calls: readonly (readonly unknown[])[]): Call[] =>
  calls.map((args) => [args]);

/** Of one element. Without a reference there is no gradient. */
export function element(f?: UnaryReference): OperationSpec {
  const { calls: forms = [[]], domain = [-3, 3], kinks, singular } = f ?? {};
  const [full = []] = forms.slice(-1);
  const ofForm = (args: readonly unknown[]): Call[] => {
    if (f === undefined) return plain([steps, ...args]);
    const p = parametersOf(f, args);
    return [[], [1], [5], [3, 7], [2, 3, 4], [0], [67]].map((shape) => [
      [awayFrom(kinks?.(...p) ?? [], random(shape, ...domain)), ...args],
      (a = NONE) => reference.map(a, (value) => f.value(value, ...p)),
    ]);
  };
  const operands = [x, whole, bytes, flags, 0.5, [[1, 2, 3]]].map((operand) => [operand, ...full]);
  const calls = [...plain(...operands), ...forms.flatMap(ofForm)];
  const spec = row(f === undefined ? 'none' : 'twice', calls, singular);
  if (f === undefined) return spec;
  return {
    ...spec,
    ...(f.extension && { extension: f.extension }),
    draw: (draws) => {
      const args = forms[draws.below(forms.length)] ?? [];
      const p = parametersOf(f, args);
      const operand = awayFrom(kinks?.(...p) ?? [], random(draws.shape(0), ...domain));
      return [[operand, ...args], (a = NONE) => reference.map(a, (value) => f.value(value, ...p))];
    },
  };
}

const PAIRS = [[[4], [4]], [[2, 3], [3]], [[2, 1], [1, 3]], [[], [2]]] as const; // prettier-ignore
type Range = readonly [low: number, high: number];

/** Of two elements. Operands of references lie apart from each other. */
export function pair(
  f?: (x: number, y: number) => number,
  singular?: string,
  left: Range = [1, 2],
  right: Range = [2, 3],
): OperationSpec {
  // prettier-ignore
  const calls = plain(
    ...[[x, x], [x, 1], [2, x], [x, [1, 2, 3, 4]], [x, whole], [whole, 1], [bytes, flags], [1, 2]], // prettier-ignore
    ...[[steps, otherSteps], [steps, 0.5], [steps, of([4], [0, 1, 1, 0])]], // prettier-ignore
  );
  if (f === undefined) return row('none', calls);
  const shown = PAIRS.map(([a, b]): Call => [[random(a, ...left), random(b, ...right)], (p = NONE, q = NONE) => reference.zip(p, q, f)]); // prettier-ignore
  return {
    ...row('twice', [...calls, ...shown], singular),
    draw: (draws) => {
      const [a, b] = broadcasting(draws);
      return [[random(a, ...left), random(b, ...right)], (p = NONE, q = NONE) => reference.zip(p, q, f)]; // prettier-ignore
    },
  };
}

/** Two shapes that broadcast: some axes are 1, and leading ones are left out. */
function broadcasting(draws: Draws): readonly [readonly number[], readonly number[]] {
  const shape = draws.shape(0);
  const part = (): readonly number[] =>
    shape.slice(draws.below(shape.length + 1)).map((n) => (draws.below(3) === 0 ? 1 : n));
  return [part(), part()];
}

export type Line = (line: number[]) => number;

/** Along axes, of which there may be several. */
export function reduction(
  line?: Line,
  input: (shape: readonly number[]) => DenseArray = random,
  singular?: string,
): OperationSpec {
  // prettier-ignore
  const calls = plain(
    ...[[x, 1, false], [x, 1, true], [x], [whole], [bytes], [flags], [0.5], [[[1, 2, 3]]], [x, 0]], // prettier-ignore
    ...[[cube, [0, 2]], [cube, [0, 2], true], [[[1, 2]], -1], [steps, -1], [steps, 1], [steps]], // prettier-ignore
  );
  if (line === undefined) return row('none', calls);
  const shown = [[0], [1], [0, 2], [0, 1, 2]].map((axes): Call => [
    [input([2, 3, 2]), axes],
    (a = NONE) => reference.reduce(a, axes, false, line),
  ]);
  const spec = row('twice', [...calls, ...shown], singular);
  // What makes one shape alone, or has no gradient for some axes, is not asked for others.
  if (input.length === 0 || singular !== undefined) return spec;
  return {
    ...spec,
    draw: (draws) => {
      const shape = draws.shape(1);
      const order = shape.map((_, axis) => axis).filter(() => draws.below(2) === 0);
      const axes = order.length > 0 ? order : [draws.below(shape.length)];
      const keepdims = draws.below(2) === 0;
      // In any order, and some counted from the end.
      const given = axes.toReversed().map((axis) => (draws.below(2) === 0 ? axis : axis - shape.length)); // prettier-ignore
      return [[input(shape), given, keepdims], (a = NONE) => reference.reduce(a, axes, keepdims, line)]; // prettier-ignore
    },
  };
}

/** The same without a gradient and of one axis. */
export const position = (): OperationSpec => row('none', plain([x, 1, false], [x], [whole], [bytes], [flags], [0.5], [[[1, 2, 3]]], [x, 0], [bytes, 1], [steps, -1], [steps, 1])); // prettier-ignore

type Lines = (line: readonly number[]) => readonly number[];

/** Along one axis, lines as lines. */
export function along(
  f?: Lines,
  input: (shape: readonly number[]) => DenseArray = random,
): OperationSpec {
  // prettier-ignore
  const calls = plain([x, 1], [x], [x, 0], [whole], [[1, 2], -1], [steps, -1], [steps, 1]);
  if (f === undefined) return row('none', calls);
  const shown = [0, 1, 2].map((axis): Call => [[input([2, 3, 2]), axis], (a = NONE) => reference.alongAxis(a, axis, f)]); // prettier-ignore
  const spec = row('twice', [...calls, ...shown]);
  if (input.length === 0) return spec;
  return {
    ...spec,
    draw: (draws) => {
      const shape = draws.shape(1);
      const axis = draws.below(shape.length);
      return [[input(shape), axis - shape.length], (a = NONE) => reference.alongAxis(a, axis, f)];
    },
  };
}

const functions: Readonly<Record<string, UnaryReference>> = unaryReference;
const { Relu } = functions;
export const relu = (
  calls: UnaryReference['calls'],
  at: (args: readonly unknown[]) => readonly [number, number, number],
  more: Partial<UnaryReference> = {},
): OperationSpec =>
  // prettier-ignore
  element(Relu && { ...Relu, calls: calls ?? [], parameters: at, ...more });

/** Rows of functions of one element, by their operations: gelu has two functions. */
export const elements: Record<string, OperationSpec> = {};
for (const [name, f] of Object.entries(functions)) {
  const operation = f.operation ?? name.charAt(0).toLowerCase() + name.slice(1);
  const made = element(f);
  const calls = [...made.calls, ...(elements[operation]?.calls ?? [])];
  elements[operation] = { ...made, calls };
}

/** A sequence as an image of one row. */
export const asImage = (a: DenseArray): DenseArray => reference.reshape(a, [a.shape[0] ?? 0, 1, ...a.shape.slice(1)]); // prettier-ignore
export const asSequence = (a: DenseArray): DenseArray => reference.reshape(a, [a.shape[0] ?? 0, ...a.shape.slice(2)]); // prettier-ignore
export const same = { padding: 'same' } as const;
const whichPool = {
  1: { poolSize: 2, strides: 1, ...same },
  2: { poolSize: [2, 2], strides: [1, 2], ...same },
  3: { poolSize: [2, 2, 2], strides: [1, 2, 1], ...same },
} as const;
const windows = { kernel: [2, 2], strides: [1, 2], dilation: [1, 1], ...same } as const;
const pooled = (f: (pixels: readonly number[]) => number): Reference => (a = NONE) => {
  if (a.shape.length === 5) return poolVolumes(a, { ...whichPool[3], kernel: [2, 2, 2] }, f);
  if (a.shape.length === 4) return pool(a, windows, f);
  return asSequence(pool(asImage(a), { ...windows, kernel: [1, 2], strides: [1, 1] }, f));
}; // prettier-ignore

/** Windows of one, two or three axes. */
export function pooling(rank: 1 | 2 | 3, f: (pixels: readonly number[]) => number): OperationSpec {
  const [input, shape] = ([[sequence, [1, 4, 2]], [image, [1, 3, 3, 2]], [volume, [1, 2, 3, 2, 1]]] as const)[rank - 1] ?? [image, []]; // prettier-ignore
  const valid = { poolSize: 2, strides: 1, padding: 'valid' };
  const first = { dataFormat: 'channels_first' } as const;
  const calls = plain(
    [input, valid],
    [input],
    [input, { poolSize: 2, ...same }],
    [input, { ...same, ...first }],
  );
  return row('twice', [...calls, [[distinct(shape), whichPool[rank]], pooled(f)]]);
}

/** Windows that cover one, two or three axes. */
export function adaptivePooling(f: (elements: readonly number[]) => number): OperationSpec {
  const first = { dataFormat: 'channels_first' } as const;
  const calls = plain([image, [2, 3], { dataFormat: 'channels_last' }], [sequence, 3], [volume, 2], [sequence, 7], [image, 2, first]); // prettier-ignore
  const of = (shape: number[], ...sizes: number[]): Call => [
    [distinct(shape), sizes],
    (a = NONE) => adaptivePool(a, sizes, f),
  ];
  return row('twice', [...calls, of([1, 5, 2], 3), of([1, 4, 3, 2], 3, 2), of([1, 2, 3, 3, 1], 1, 2, 4)]); // prettier-ignore
}
export const maximum = (pixels: readonly number[]): number => Math.max(...pixels);

/** Why graphs with a cache refuse what would be computed step by step. */
export const refused = (why: string, spec: OperationSpec): OperationSpec => ({
  ...spec,
  notStepwise: why,
});
export const RARE = 'graphs with a cache seldom need it';
export const REACH = 'most windows reach over steps';
