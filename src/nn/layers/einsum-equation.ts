// What an `EinsumDense` reads from its equation.
import { describeValue } from '../../config/describe-value.js';
import { ShapeError, ValueError } from '../../errors.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape } from '../../engine/tensor/index.js';

/** The equation of an `EinsumDense`: letters for the axes of the input, the kernel and the output. */
export interface EinsumEquation {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  /** Where additional axes of the input stand for which `...` is written; null if there are none. */
  readonly further: 'left' | 'right' | null;
}

/** What an equation makes of an input shape. */
export interface EinsumShapes {
  readonly kernel: PartialShape;
  /** Null without a bias. */
  readonly bias: PartialShape | null;
  readonly output: PartialShape;
  /** Axes of the kernel over which products are summed. */
  readonly inputAxes: readonly number[];
  /** Axes of the kernel that the output has. */
  readonly outputAxes: readonly number[];
  /** Lengths that the axes of the input must have, counted from the end. */
  readonly inputLengths: Readonly<Record<number, number | null>>;
}

const FORMS: readonly (readonly [form: RegExp, further: EinsumEquation['further']])[] = [
  [/^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/, null],
  [/^\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)$/, 'left'],
  [/^([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.$/, 'right'],
];

/**
 * Reads an equation, and the letters of the bias.
 *
 * @param owner what messages name
 * @throws ValueError for an equation of another form, for a letter that stands twice, or has no counterpart.
 */
export function parseEquation(
  owner: string,
  equation: unknown,
  biasAxes: string | null,
): EinsumEquation {
  const refuse = (why: string): never => {
    throw new ValueError(`${owner}: equation ${describeValue(equation)} ${why}`);
  };
  for (const [form, further] of FORMS) {
    const [, input = '', kernel = '', output = ''] =
      (typeof equation === 'string' ? form.exec(equation) : null) ?? [];
    if (input === '') continue;
    for (const term of [input, kernel, output]) {
      if (new Set(term).size < term.length) refuse(`has a letter twice in ${describeValue(term)}.`);
    }
    const lost = kernel
      .split('')
      .find((letter) => !input.includes(letter) && !output.includes(letter));
    if (lost !== undefined) {
      refuse(`has '${lost}' in the kernel alone: it must be in the input or in the output, too.`);
    }
    const made = output
      .split('')
      .find((letter) => !input.includes(letter) && !kernel.includes(letter));
    if (made !== undefined) {
      refuse(`has '${made}' in the output alone: it must be in the input or in the kernel, too.`);
    }
    const foreign = (biasAxes ?? '').split('').find((letter) => !output.includes(letter));
    if (foreign !== undefined) {
      throw new ValueError(
        `${owner}: biasAxes ${describeValue(biasAxes)} has '${foreign}', which is not in the output '${output}' of the ` +
          `equation.`,
      );
    }
    return { input, kernel, output, further };
  }
  return refuse(`has another form than 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...'.`);
}

/**
 * Whether an equation computes each step of [batch, steps, …] by itself. What `...` on the left stands for counts as batch and
 * steps, unless the rank of the input says otherwise.
 */
export function keepsSteps(
  { input, kernel, output, further }: EinsumEquation,
  rank = input.length + (further === 'left' ? 2 : 0),
): boolean {
  const at = 1 - (further === 'left' ? rank - input.length : 0);
  if (at < 0) return true;
  const letter = input[at] ?? '';
  return output[at] === letter && !kernel.includes(letter);
}

/** How many last axes of the input meet as many first ones of the kernel, if that is all: a product of matrices. */
export function summedAxes({ input, kernel, output, further }: EinsumEquation): number | undefined {
  const axes = kernel.split('').findIndex((letter) => output.includes(letter));
  const before = input.slice(0, input.length - axes);
  const isProduct =
    input === before + kernel.slice(0, axes) && output === before + kernel.slice(axes);
  return axes > 0 && isProduct && further !== 'right' ? axes : undefined;
}

/** The equations of two products in place of one with a kernel A · B of a low rank. */
interface LowRank {
  /** Whether A is multiplied by first, and B by what that gives; otherwise the other way around. */
  readonly isFirstA: boolean;
  readonly first: string;
  readonly second: string;
}

/**
 * The product with A [… the axes of the kernel but the last, rank] and B [rank, last axis], one after the other. The factor with
 * the last axis comes first if the sum is over that axis. Undefined if no letter is left for the rank.
 */
export function lowRankOf(equation: EinsumEquation): LowRank | undefined {
  const { input, kernel, output } = equation;
  const rank = LETTERS.find((letter) => !(input + kernel + output).includes(letter));
  if (rank === undefined) return undefined;
  const last = kernel.slice(-1);
  const a = kernel.slice(0, -1) + rank;
  const b = rank + last;
  const isFirstA = output.includes(last);
  const between = (isFirstA ? output : input).replace(last, rank);
  const [one, two] = isFirstA ? [a, b] : [b, a];
  return {
    isFirstA,
    first: textOf({ ...equation, kernel: one, output: between }),
    second: textOf({ ...equation, input: between, kernel: two }),
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

/** An equation as a text. */
function textOf({ input, kernel, output, further }: EinsumEquation): string {
  if (further === 'left') return `...${input},${kernel}->...${output}`;
  if (further === 'right') return `${input}...,${kernel}->${output}...`;
  return `${input},${kernel}->${output}`;
}

/**
 * The shapes of kernel, bias and output for an input.
 *
 * @param owner what messages name
 * @param sampleShape lengths of the output without the batch axis and without the axes of `...`; null is that of the input
 * @throws ShapeError for an input, or lengths of the output, that do not fit the equation.
 */
export function einsumShapes(
  owner: string,
  equation: EinsumEquation,
  biasAxes: string | null,
  inputShape: PartialShape,
  sampleShape: PartialShape,
): EinsumShapes {
  const { input, kernel, output, further } = equation;
  const rank = inputShape.length;
  const more = rank - input.length;
  if (more < 0 || (further === null && more > 0)) {
    throw new ShapeError(
      `${owner}: the equation '${textOf(equation)}' takes input of ${further === null ? '' : 'at least '}${input.length} ` +
        `axes, got shape ${formatShape(inputShape)}. Reshape it, or choose another equation.`,
    );
  }
  const full = outputLengths(owner, equation, inputShape, sampleShape);
  const left = further === 'left' ? more : 0;
  const inputLength = (letter: string): number | null =>
    inputShape[left + input.indexOf(letter)] ?? null;
  const outputLength = (letter: string): number | null =>
    full[left + output.indexOf(letter)] ?? null;
  const axesOf = (isWanted: (letter: string) => boolean): number[] =>
    kernel
      .split('')
      .map((_, axis) => axis)
      .filter((axis) => isWanted(kernel[axis] ?? ''));
  const isInOutput = (letter: string): boolean => output.includes(letter);
  const kernelShape = kernel
    .split('')
    .map((letter) => (isInOutput(letter) ? outputLength(letter) : inputLength(letter)));
  const unknown = kernelShape.indexOf(null);
  if (unknown !== -1) {
    throw new ShapeError(
      `${owner}: the length of axis '${kernel[unknown]}' of the equation '${textOf(equation)}' is unknown for input of ` +
        `shape ${formatShape(inputShape)}, so the kernel cannot be made. State it in outputShape, or build the layer ` +
        `with a shape that holds it.`,
    );
  }
  return {
    kernel: kernelShape,
    bias: biasAxes === null ? null : biasShape(equation, biasAxes, more, outputLength),
    output: full,
    inputAxes: axesOf((letter) => !isInOutput(letter)),
    outputAxes: axesOf(isInOutput),
    inputLengths: Object.fromEntries(
      input
        .split('')
        .flatMap((letter, i) =>
          kernel.includes(letter) ? [[left + i - rank, inputLength(letter)]] : [],
        ),
    ),
  };
}

/** The shape of the output for an input that has enough axes. @throws ShapeError if `sampleShape` does not fit. */
function outputLengths(
  owner: string,
  equation: EinsumEquation,
  inputShape: PartialShape,
  sampleShape: PartialShape,
): PartialShape {
  const { input, output, further } = equation;
  const more = inputShape.length - input.length;
  const full: (number | null)[] = [
    inputShape[0] ?? null,
    ...(further === 'left' ? inputShape.slice(1, more) : []),
    ...sampleShape,
    ...(further === 'right' ? inputShape.slice(inputShape.length - more) : []),
  ];
  if (full.length !== output.length + more) {
    throw new ShapeError(
      `${owner}: outputShape ${formatShape(sampleShape)} does not fit the equation '${textOf(equation)}' and input of ` +
        `shape ${formatShape(inputShape)}: the output has ${output.length + more} axes, so outputShape needs ` +
        `${sampleShape.length + output.length + more - full.length} lengths, without that of the batch.`,
    );
  }
  const left = further === 'left' ? more : 0;
  output.split('').forEach((letter, i) => {
    if (!input.includes(letter)) return;
    const given = inputShape[left + input.indexOf(letter)] ?? null;
    const wanted = full[left + i] ?? null;
    if (given !== null && wanted !== null && given !== wanted) {
      throw new ShapeError(
        `${owner}: axis '${letter}' of the equation '${textOf(equation)}' has length ${given} in the input, of shape ` +
          `${formatShape(inputShape)}, and ${wanted} in outputShape ${formatShape(sampleShape)}. They must be equal; null ` +
          `stands for the length of the input.`,
      );
    }
    full[left + i] = wanted ?? given;
  });
  return full;
}

/**
 * The shape of a bias along those axes of the output.
 *
 * @param more how many axes `...` stands for
 */
function biasShape(
  { output, further }: EinsumEquation,
  letters: string,
  more: number,
  lengthOf: (letter: string) => number | null,
): PartialShape {
  const first = Math.min(...letters.split('').map((letter) => output.indexOf(letter)));
  const lengths = output
    .slice(first)
    .split('')
    .map((letter) => (letters.includes(letter) ? lengthOf(letter) : 1));
  return further === 'right' ? [...lengths, ...new Array<number>(more).fill(1)] : lengths;
}
