import { standIn } from '../../../config/describe-value.js';
import { OutOfMemoryError, ShapeError } from '../../../errors.js';
import { formatShape, sizeOf, tidy, zeros } from '../../tensor/index.js';
import type { PartialShape, Tensor } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';

/** What is known of a tensor before it is computed: its dtype, and its shape with null for unknown lengths. */
export interface TensorSpec {
  readonly shape: PartialShape;
  readonly dtype: DType;
}

/** Lengths that stand for the unknown ones in one run: of the first axes, and of all other axes. */
type Lengths = readonly [first: number, other: number];

/**
 * Two runs tell what depends on unknown lengths. The first axis is usually the batch, which is kept short; windows
 * slide over other axes, and indices point into them. Numbers with many divisors can be cut into equal parts.
 */
const PAIRS: readonly (readonly [Lengths, Lengths])[] = [
  [
    [2, 24],
    [3, 48],
  ],
  [
    [24, 24],
    [48, 48],
  ],
  [
    [240, 240],
    [480, 480],
  ],
];

/** Elements of an input beyond which a pair is not tried: the others have failed, and memory is finite. */
const MAX_ELEMENTS = 2 ** 22;

/** Inputs that are made at most to try known lengths, where no pair suits: a list of inputs may have any number of them. */
const MAX_TRIED = 24;

/**
 * The shapes and dtypes of what `f` gives for inputs of these shapes and dtypes: `f` is called twice, with zeros,
 * and with different lengths where a length is unknown. Where the results differ in length, that length is unknown.
 * If no such pair suits `f`, as where an unknown length broadcasts against a known one, single lengths are tried: 1 to 3
 * and the first of those that are known, and then each unknown length alone is doubled, and all of an axis. So where one unknown
 * length must equal a known one, lengths that depend on the others still count as unknown.
 *
 * @throws what `f` throws if no lengths suit it; ShapeError if the number of axes depends on unknown lengths.
 */
export function probeShapes(
  f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly TensorSpec[],
): TensorSpec[] {
  const run = (lengths: Lengths, given = inputs): TensorSpec[] =>
    tidy(() => {
      const stands = given.map(({ shape, dtype }, i) =>
        standIn(zeros(concrete(shape, lengths), dtype), inputs[i] as TensorSpec),
      );
      return [f(...stands)].flat().map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    });
  const isKnown = inputs.every(({ shape }) => !shape.includes(null));
  if (isKnown) return run([1, 1]);
  let failure: { readonly error: unknown } | undefined;
  for (const [a, b] of PAIRS) {
    const isSmall = inputs.every(({ shape }) => sizeOf(concrete(shape, b)) <= MAX_ELEMENTS);
    if (failure !== undefined && !isSmall) continue;
    try {
      return common(run(a), run(b));
    } catch (error) {
      failure ??= { error };
    }
  }
  const known = new Set(inputs.flatMap(({ shape }) => shape.filter((length) => length !== null)));
  const tried = Math.floor(MAX_TRIED / inputs.length);
  const lengths = new Set([1, 2, 3, ...[...known].slice(0, tried)]);
  const suits = (length: number, given = inputs): TensorSpec[][] => {
    try {
      return [run([length, length], given)];
    } catch {
      return [];
    }
  };
  const suited = [...lengths].flatMap((length) =>
    suits(length).map((specs) => ({ length, specs })),
  );
  const candidates: (readonly [input: number | undefined, axis: number])[] = inputs
    .flatMap(({ shape }, i) => [...shape.keys()].map((axis) => [i, axis] as const))
    .filter(([i, axis]) => inputs[i]?.shape[axis] === null);
  const axes = new Set(candidates.map(([, axis]) => axis));
  const all = [
    ...candidates.slice(0, tried),
    ...[...axes].map((axis) => [undefined, axis] as const),
  ];
  const [first, ...others] = [
    ...suited.map(({ specs }) => specs),
    ...suited.slice(0, 1).flatMap(({ length }) =>
      all.flatMap(([input, at]) =>
        suits(
          length,
          inputs.map((spec, i) => ({
            ...spec,
            shape: spec.shape.map((one, axis) =>
              one === null && axis === at && (input ?? i) === i ? 2 * length : one,
            ),
          })),
        ),
      ),
    ),
  ];
  // Where longer tensors find no room, one length alone does not tell what depends on it.
  const isTold = others.length > 0 || !(failure?.error instanceof OutOfMemoryError);
  if (first === undefined || !isTold) throw failure?.error;
  return others.reduce<TensorSpec[]>(common, first);
}

function concrete(shape: PartialShape, [first, other]: Lengths): number[] {
  return shape.map((length, axis) => length ?? (axis === 0 ? first : other));
}

/** What both runs agree in. */
export function common(a: readonly TensorSpec[], b: readonly TensorSpec[]): TensorSpec[] {
  return a.map(({ shape, dtype }, i) => {
    const other = b[i]?.shape ?? [];
    if (other.length !== shape.length || b.length !== a.length) {
      throw new ShapeError(
        `The number of axes or results depends on lengths that are unknown: ${formatShape(shape)} or ` +
          `${formatShape(other)}. Give the input a full shape.`,
      );
    }
    return { shape: shape.map((length, axis) => (length === other[axis] ? length : null)), dtype };
  });
}
