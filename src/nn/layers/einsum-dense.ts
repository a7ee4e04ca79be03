import { describeValue } from '../../config/describe-value.js';
import { ShapeError, ValueError } from '../../errors.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { activation } from '../activations/registry.js';
import { configurable, own, text } from '../../config/index.js';
import type { Config, OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { alongAxes } from '../initializers/derived.js';
import { initializer } from '../initializers/registry.js';
import { add, cast, einsum } from '../../engine/ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import { checkPartialShape, KERNEL_STORAGE } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { settingsOf } from './weight-settings.js';

/** The equation of an `EinsumDense`: letters for the axes of the input, the kernel and the output. */
interface EinsumEquation {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  /** Where additional axes of the input stand for which `...` is written; null if there are none. */
  readonly further: 'left' | 'right' | null;
}

/** What an equation makes of an input shape. */
interface EinsumShapes {
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
function parseEquation(owner: string, equation: unknown, biasAxes: string | null): EinsumEquation {
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
function keepsSteps(
  { input, kernel, output, further }: EinsumEquation,
  rank = input.length + (further === 'left' ? 2 : 0),
): boolean {
  const at = 1 - (further === 'left' ? rank - input.length : 0);
  if (at < 0) return true;
  const letter = input[at] ?? '';
  return output[at] === letter && !kernel.includes(letter);
}

/** How many last axes of the input meet as many first ones of the kernel, if that is all: a product of matrices. */
function summedAxes({ input, kernel, output, further }: EinsumEquation): number | undefined {
  const axes = kernel.split('').findIndex((letter) => output.includes(letter));
  const before = input.slice(0, input.length - axes);
  const isProduct =
    input === before + kernel.slice(0, axes) && output === before + kernel.slice(axes);
  return axes > 0 && isProduct && further !== 'right' ? axes : undefined;
}

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
function einsumShapes(
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

/** Options of `EinsumDense`. */
export interface EinsumDenseOptions extends OptionsOf<typeof EinsumDense> {}

/**
 * activation(einsum(equation, x, kernel) + bias): a dense layer over any axes. The equation names the axes of x, of the
 * kernel and of the output, as in `ops.einsum`; `...` stands for additional axes on the left or on the right. float32 (integer
 * input is converted). Keras: `EinsumDense`.
 *
 * @throws ShapeError when the layer is built, if input, `outputShape` and equation do not match.
 * @example new layers.EinsumDense('abc,cd->abd', [null, 4], { biasAxes: 'd', inputShape: [20, 3] })
 * @example new layers.EinsumDense('...b,bcd->...cd', [2, 4]).apply(zeros([5, 20, 3])).shape // [5, 20, 2, 4]
 */
export class EinsumDense extends configurable(
  Layer<Tensor, Tensor>,
  'EinsumDense',
  {
    /** Axes of the input, the kernel and the output: `'abc,cd->abd'`. */
    equation: text(),
    /**
     * Lengths of the output without the batch axis and the axes of `...`: a list, or a number for a single axis. null stands
     * for the length of the input's axis.
     */
    outputShape: own<number | PartialShape>(),
    /** Applied to the result. Default linear. */
    activation: activation(),
    /** Axes of the output along which a bias is added: `'d'`. Default null: no bias. */
    biasAxes: text({ default: null }),
    /** Initial values of the kernel. Default `'glorot_uniform'`, with fans derived from the equation. */
    kernelInitializer: initializer({ default: 'glorot_uniform' }),
    /** Initial values of the bias. Default `'zeros'`. */
    biasInitializer: initializer({ default: 'zeros' }),
    /** Penalty on the kernel. Default null: none. */
    kernelRegularizer: regularizer(),
    /** Penalty on the bias. Default null: none. */
    biasRegularizer: regularizer(),
    /** Constraint on the kernel, applied after each update. Default null: none. */
    kernelConstraint: constraint(),
    /** Constraint on the bias, applied after each update. Default null: none. */
    biasConstraint: constraint(),
    ...KERNEL_STORAGE,
  },
  {
    positional: ['equation', 'outputShape'],
    fixed: { activity_regularizer: null },
    ignored: { gptq_unpacked_column_size: [] },
  },
) {
  readonly #equation: EinsumEquation;
  readonly #sampleShape: PartialShape;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  /**
   * @param equation axes of the input, the kernel and the output
   * @param outputShape lengths of the output without the batch axis and the axes of `...`
   * @throws ValueError for an invalid equation, or an option that is unknown or out of range.
   */
  constructor(
    equation: string,
    outputShape: number | PartialShape,
    options: EinsumDenseOptions = {},
  ) {
    super(options, [equation, outputShape]);
    this.#equation = parseEquation(this.label, this.equation, this.biasAxes);
    this.#sampleShape = checkPartialShape(
      this.label,
      'outputShape',
      typeof outputShape === 'number' ? [outputShape] : outputShape,
    );
    this.inputSpec = {};
    this.supportsCaching = keepsSteps(this.#equation);
  }

  /** What the input is multiplied by. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    if (this.#kernel !== undefined) return this.#kernel;
    throw new ValueError(
      `${this.label} is not built, so it has no kernel. Call build(inputShape) or apply(x) first.`,
    );
  }

  /** The vector or matrix that is added; null without `biasAxes` and before the layer is built. */
  get bias(): Variable | null {
    return this.#bias ?? null;
  }

  #shapesFor(inputShape: PartialShape): EinsumShapes {
    return einsumShapes(this.label, this.#equation, this.biasAxes, inputShape, this.#sampleShape);
  }

  override build(inputShape: PartialShape): void {
    const shapes = this.#shapesFor(inputShape);
    const { initializer, ...settings } = settingsOf(this, 'kernel');
    this.#kernel = this.addWeight('kernel', shapes.kernel, {
      ...settings,
      initializer: alongAxes(initializer, shapes.inputAxes, shapes.outputAxes),
    });
    if (shapes.bias !== null) {
      this.#bias = this.addWeight('bias', shapes.bias, settingsOf(this, 'bias'));
    }
    this.inputSpec = { ndim: inputShape.length, axes: shapes.inputLengths };
    this.supportsCaching = keepsSteps(this.#equation, inputShape.length);
  }

  override call(x: Tensor): Tensor {
    const input = cast(x, 'float32');
    const axes = summedAxes(this.#equation);
    const product =
      axes === undefined
        ? this.kernel.lend((kernel) => einsum(this.equation, input, kernel))
        : (this.kernel.quantized?.dense(input, null, 'linear', axes) ??
          einsum(this.equation, input, this.kernel.value));
    const bias = this.#bias?.value;
    return this.activation(bias === undefined ? product : add(product, bias));
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    if (!this.built) return [];
    const { kernel, output } = this.#equation;
    const axes = kernel.split('').flatMap((letter, axis) => (output.includes(letter) ? [] : axis));
    return [{ weight: this.kernel, axes }];
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.#shapesFor(inputShape).output;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), output_shape: [...this.#sampleShape] };
  }
}
