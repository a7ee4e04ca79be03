// The layer that computes a graph of operators.
import { describeValue, printable } from '../../config/describe-value.js';
import { configurable, isListOf, own } from '../../config/index.js';
import type { Config, Nest } from '../../config/index.js';
import { FormatError, LanegradError, ShapeError, ValueError } from '../../errors.js';
import { operationShape } from '../../engine/ops/graphs/operation-shape.js';
import { reshape, transpose } from '../../engine/ops/index.js';
import { tensor, tidy, zeros } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import type { FileArray } from '../../files/formats/elements.js';
import { dtypeOf, onnxType } from '../../files/formats/onnx/types.js';
import type { OperatorGraph, OperatorPort } from '../../files/formats/operator-graph.js';
import { Layer } from '../../nn/layers/core/layer.js';
import type { CallOptions } from '../../nn/layers/core/layer-options.js';
import type { Symbolic, TensorSpec } from '../../nn/layers/core/symbolic-tensor.js';
import type { Dialect } from './operator.js';
import { Program } from './program.js';
import { OperatorValue } from './value.js';
import type { OperatorWeight } from './weights.js';

const Base = configurable(Layer<readonly Tensor[], readonly Tensor[]>, 'OperatorGraph', {
  /** The graph as its format writes it, without the arrays that are weights, as a text. */
  model: own<string>(),
  /** Names of the tensors that the layer gives. */
  outputs: own<readonly string[]>(),
  /** The arrays that are weights. */
  weightSpecs: own<readonly OperatorWeight[]>(),
});

/** Options of `OperatorGraphLayer`. */
export interface OperatorGraphOptions {
  readonly model: string;
  readonly outputs: readonly string[];
  readonly weightSpecs: readonly OperatorWeight[];
  readonly name?: string;
  readonly trainable?: boolean;
}

/** What the text of a graph says. */
export interface ParsedGraph {
  readonly graph: OperatorGraph;
  readonly dialect: Dialect;
}

/**
 * A graph of operators as a layer: it takes a list of tensors, the inputs of the graph, and gives a list, its outputs. Arrays of the
 * file are its weights, under their names in the file; some are stored with their axes permuted, as the kernels of the library read
 * them. A class of it reads the texts of one format.
 */
export abstract class OperatorGraphLayer extends Base {
  static override readonly isPure: boolean = true;
  /** For formats that know layers alone. */
  static readonly holdsGraph: boolean = true;
  /** The graph as its format writes it, without the arrays that are weights. */
  protected readonly text: string;
  readonly #outputs: readonly string[];
  readonly #specs: readonly OperatorWeight[];
  readonly #graph: OperatorGraph;
  readonly #program: Program;
  #variables: readonly Variable[] = [];

  /**
   * @param options graph, outputs and weights, as configs hold them
   * @throws FormatError for a graph that cannot be read; ValueError for other options
   */
  constructor(options: OperatorGraphOptions) {
    super(options);
    const { model, outputs, weightSpecs } = options;
    if (
      typeof model !== 'string' ||
      !isListOf(outputs, isText) ||
      !isListOf(weightSpecs, isWeight)
    ) {
      throw new ValueError(
        `${this.label}: expected a model as a text, names of outputs and a list of weights, got ${describeValue(options)}.`,
      );
    }
    this.text = model;
    this.#outputs = [...outputs];
    this.#specs = weightSpecs.map((spec) => ({ ...spec }));
    const { graph, dialect } = this.parse(model, this.#outputs, this.#specs);
    this.#program = new Program(dialect);
    this.#graph = graph;
  }

  /**
   * The graph of a text.
   *
   * @param outputs names of the tensors that are asked for
   * @param weights the arrays that are kept elsewhere
   */
  protected abstract parse(
    text: string,
    outputs: readonly string[],
    weights: readonly OperatorWeight[],
  ): ParsedGraph;

  /** What to do where the file does not say the shape of an output. */
  protected abstract readonly shapeAdvice: string;

  /** What the graph takes. */
  get ports(): readonly OperatorPort[] {
    return this.#graph.inputs;
  }

  /** The arrays that are weights, each with the weight. @internal */
  get arrays(): readonly (OperatorWeight & { readonly variable: Variable })[] {
    return this.#specs.flatMap((spec, i) => {
      const variable = this.#variables[i];
      return variable === undefined ? [] : [{ ...spec, variable }];
    });
  }

  override build(): void {
    this.#variables = this.#specs.map(({ name, shape, dtype, trainable }) =>
      this.addWeight(name, shape, { initializer: 'zeros', trainable, dtype }),
    );
  }

  /** Takes the arrays of the file. @throws ShapeError for one of another shape. */
  fill(arrays: ReadonlyMap<string, FileArray>): void {
    this.#specs.forEach(({ name, form }, i) => {
      const array = arrays.get(name);
      const variable = this.#variables[i];
      if (array === undefined || variable === undefined) {
        throw new ValueError(`${this.label}: there is no array '${printable(name)}'.`);
      }
      tidy(() => {
        const { data, shape, dtype } = array;
        const whole = tensor(data, { shape, dtype });
        variable.assign(form === null ? whole : permuted(whole, form));
      });
    });
  }

  override call(inputs: readonly Tensor[], { training }: CallOptions): readonly Tensor[] {
    return this.#run(inputs, { training }, ({ value }) => value);
  }

  #run(
    inputs: readonly Tensor[],
    how: { readonly training?: boolean; readonly isProbing?: boolean },
    read: (weight: Variable) => Tensor,
  ): Tensor[] {
    const { inputs: ports } = this.#graph;
    if (inputs.length !== ports.length) {
      throw new ShapeError(`it takes ${ports.length} inputs, got ${inputs.length}.`);
    }
    const values = new Map<string, OperatorValue>();
    ports.forEach(({ name, type }, i) => {
      const x = inputs[i];
      if (x !== undefined) values.set(name, OperatorValue.of(x, type));
    });
    this.#specs.forEach(({ name, type, form }, i) => {
      const variable = this.#variables[i];
      if (variable !== undefined)
        values.set(name, OperatorValue.ofWeight(read(variable), type, form ?? undefined));
    });
    const given = new Set([...values.values()].map(({ raw }) => raw));
    const outputs = this.#program.start(this.#graph, values, this.#outputs, how);
    return outputs.map((value) => (given.has(value.raw) ? value.alias.tensor : value.tensor));
  }

  /** Shapes and dtypes of the outputs: found by running the graph without elements, or, where elements decide, those of the file. */
  override computeOutputSpec(x: Symbolic<readonly Tensor[]>): Nest<TensorSpec> {
    const specs = x.map(({ shape, dtype }) => ({ shape, dtype }));
    if (!this.built) this.makingOnce(specs.map(({ shape }) => shape));
    try {
      // What was made before must not be looked into.
      const run = (...inputs: Tensor[]): Tensor[] =>
        this.#run(inputs, { isProbing: true }, ({ shape, dtype }) => zeros(shape, dtype));
      return operationShape(run, specs);
    } catch (error) {
      const declared = this.#outputs.map((name) =>
        this.#graph.outputs.find((port) => port.name === name),
      );
      if (!(error instanceof LanegradError)) throw error;
      return declared.map((port, i) => {
        if (port?.shape === undefined) throw this.#asUnknown(this.#outputs[i] ?? '', error);
        const shape = port.shape.map((length) => (typeof length === 'number' ? length : null));
        return { shape, dtype: dtypeOf(port.type) };
      });
    }
  }

  /** What is wrong where an output has no shape: a plain error says that elements were asked for while there were none. */
  #asUnknown(output: string, error: LanegradError): LanegradError {
    if (error.constructor !== LanegradError) return error;
    return new FormatError(
      `elements of inputs decide the shape of '${printable(output)}', and the file does not say it. ${this.shapeAdvice}`,
      { cause: error },
    );
  }

  override computeOutputShape(inputShape: readonly PartialShape[]): readonly PartialShape[] {
    const x = inputShape.map((shape, i) => ({
      shape,
      dtype: dtypeOf(this.#graph.inputs[i]?.type ?? 1),
    }));
    const specs = this.computeOutputSpec(x as never) as unknown as readonly TensorSpec[];
    return specs.map(({ shape }) => shape);
  }

  private makingOnce(shapes: readonly PartialShape[]): void {
    (this as { build(shapes: readonly PartialShape[]): void }).build(shapes);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      model: this.text,
      outputs: this.#outputs,
      weight_specs: this.#specs.map(({ name, shape, dtype, type, trainable, form }) => ({
        name,
        shape,
        dtype,
        type,
        trainable,
        form,
      })),
    };
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

const isLengths = (value: unknown): boolean =>
  isListOf(value, (length) => Number.isInteger(length) && Number(length) >= 0);

function isWeight(value: unknown): value is OperatorWeight {
  if (typeof value !== 'object' || value === null) return false;
  const { name, shape, dtype, type, trainable, form } = value as Partial<
    Record<keyof OperatorWeight, unknown>
  >;
  const isForm =
    form === null || (isLengths(form) && isPermutation(form as number[], shape as number[]));
  const isType = typeof type === 'number' && onnxType(type)?.dtype === dtype;
  return isText(name) && isLengths(shape) && isType && typeof trainable === 'boolean' && isForm;
}

/**
 * x with its axes in the order `form`. A kernel's first axis comes last: all others are brought in front of it as one, so that the
 * order of these moves whole lines.
 */
function permuted(x: Tensor, form: readonly number[]): Tensor {
  if (form.at(-1) !== 0 || x.size === 0) return transpose(x, [...form]);
  const [first = 1, ...others] = x.shape;
  const lines = transpose(reshape(x, [first, x.size / first]));
  const order = form.slice(0, -1).map((axis) => axis - 1);
  const long = order.filter((axis) => others[axis] !== 1);
  const shape = form.map((axis) => x.shape[axis] ?? 1);
  if (long.every((axis, i) => i === 0 || axis > (long[i - 1] ?? 0))) return reshape(lines, shape);
  return transpose(reshape(lines, [...others, first]), [...order, others.length]);
}

const isPermutation = (form: readonly number[], shape: readonly number[]): boolean =>
  form.length === shape.length && form.toSorted((a, b) => a - b).every((axis, i) => axis === i);
