// What flows through a graph of operators: tensors, with what is known of them in addition to their elements.
import { plainRuntime, withRuntime } from '../../engine/runtime/index.js';
import { add, cast, mod, moveAxis, reshape, sub, transpose } from '../../engine/ops/index.js';
import { tensor, tidy } from '../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import { notNotingReads } from '../../engine/tensor/storage.js';
import { FormatError } from '../../errors.js';
import { dtypeOf, onnxType, TYPE } from '../../files/formats/onnx/types.js';
import type { FileArray } from '../../files/formats/elements.js';

/**
 * Elements that values which are known may have in a run, all together. What is larger is computed as any other tensor: a file may
 * ask for any size, and values are known as soon as it is read.
 */
export const KNOWN_ELEMENTS = 2 ** 24;

/** Where the axis of channels is: second, as ONNX's files have it, or last, as the kernels of convolutions read it. */
export type Layout = 'first' | 'last';

/** The one value of that kind. No static field: a minifier may rename the class within its own body. */
let dead: OperatorValue | undefined;

/**
 * A value of a graph. Where shapes and constants alone decide its elements it is known: then it is an array of JavaScript, and
 * a step does not look into memory for it, and can be repeated without layers.
 */
export class OperatorValue {
  readonly #tensor: Tensor | undefined;

  private constructor(
    tensor: Tensor | undefined,
    /** The elements, where they are known. */
    readonly known: FileArray | undefined,
    /** The number of the element type in ONNX. */
    readonly type: number,
    readonly layout: Layout,
    /** The permutation of axes in which a weight is stored; undefined: as in the file. */
    readonly form: readonly number[] | undefined,
    /** The entries of a list of tensors; undefined for a tensor. Those that are not set are undefined. */
    readonly items?: readonly (OperatorValue | undefined)[],
  ) {
    this.#tensor = tensor;
  }

  /** A value that is computed. Without a type it is the widest that the dtype stands for. */
  static of(
    tensor: Tensor,
    type: number = TYPE_OF[tensor.dtype],
    layout: Layout = 'first',
  ): OperatorValue {
    return new OperatorValue(tensor, undefined, fitting(type, tensor), layout, undefined);
  }

  /** A weight, with its axes permuted. */
  static ofWeight(
    tensor: Tensor,
    type: number,
    form: readonly number[] | undefined,
  ): OperatorValue {
    return new OperatorValue(tensor, undefined, type, 'first', form);
  }

  /** A value whose elements are known. */
  static known(array: FileArray, type: number = TYPE_OF[array.dtype]): OperatorValue {
    return new OperatorValue(undefined, array, type, 'first', undefined);
  }

  /** Whole numbers that are known, as int64. */
  static numbers(data: readonly number[], shape: Shape = [data.length]): OperatorValue {
    return OperatorValue.known({ shape, dtype: 'int32', data: Int32Array.from(data) }, TYPE.int64);
  }

  /** A list of tensors. */
  static list(items: readonly (OperatorValue | undefined)[]): OperatorValue {
    return new OperatorValue(undefined, undefined, TYPE.float, 'first', undefined, items);
  }

  /** What a branch that is not taken gives. */
  static get dead(): OperatorValue {
    return (dead ??= new OperatorValue(undefined, undefined, TYPE.float, 'first', undefined));
  }

  /** Whether the value comes from a branch that is not taken. */
  get isDead(): boolean {
    return this === OperatorValue.dead;
  }

  /** The entries of a list. @throws FormatError for a tensor */
  get list(): readonly (OperatorValue | undefined)[] {
    if (this.items !== undefined) return this.items;
    throw new FormatError('it takes a list of tensors, got a tensor.');
  }

  /** The tensors of the value, as they lie in memory. */
  get parts(): readonly Tensor[] {
    const held = this.#tensor;
    if (held !== undefined) return [held];
    return this.items?.flatMap((item) => item?.parts ?? []) ?? [];
  }

  /** The tensor as it lies in memory, whatever its layout; undefined where the value is known. */
  get raw(): Tensor | undefined {
    return this.#tensor;
  }

  /** The same value, of which either may be freed by itself. */
  get alias(): OperatorValue {
    const held = this.#tensor;
    if (held === undefined) return this;
    return new OperatorValue(held.alias(), undefined, this.type, this.layout, this.form);
  }

  /** Lengths of the axes as the file counts them. */
  get shape(): Shape {
    const shape = this.#tensor?.shape ?? this.known?.shape ?? [];
    if (this.layout === 'last')
      return [...shape.slice(0, 1), ...shape.slice(-1), ...shape.slice(1, -1)];
    const { form } = this;
    return form === undefined ? shape : shape.map((_, axis) => shape[form.indexOf(axis)] ?? 0);
  }

  get dtype(): Tensor['dtype'] {
    return this.#tensor?.dtype ?? this.known?.dtype ?? 'float32';
  }

  /** The tensor with its axes as the file counts them. */
  get tensor(): Tensor {
    const held = this.#tensor;
    if (held === undefined) return tensorOf(this.#elements);
    if (this.layout === 'last') return channelsFirst(held);
    const { form } = this;
    return form === undefined ? held : transpose(held, inverse(form));
  }

  /** The tensor with its channels last: of images, sequences and volumes. */
  get channelsLast(): Tensor {
    const held = this.#tensor;
    return held !== undefined && this.layout === 'last' ? held : channelsLast(this.tensor);
  }

  /** The tensor with its axes permuted, which a weight that is stored so already is. */
  inForm(form: readonly number[]): Tensor {
    const held = this.#tensor;
    if (held !== undefined && String(this.form) === String(form)) return held;
    return transpose(this.tensor, [...form]);
  }

  /** The elements in a row. Where they are not known, memory is looked into. */
  get elements(): readonly number[] {
    return Array.from(this.known?.data ?? this.tensor.data(), Number);
  }

  /** The elements that are known. */
  get #elements(): FileArray {
    if (this.known !== undefined) return this.known;
    const what = this.isDead ? 'what comes of a branch that is not taken' : 'a list of tensors';
    throw new FormatError(`it takes a tensor, got ${what}.`);
  }
}

const TYPE_OF: Readonly<Record<Tensor['dtype'], number>> = {
  float32: TYPE.float,
  int32: TYPE.int64,
  uint8: TYPE.uint8,
  bool: TYPE.bool,
};

/** A type whose numbers the tensor can hold. */
function fitting(type: number, { dtype }: Tensor): number {
  return onnxType(type)?.dtype === dtype ? type : TYPE_OF[dtype];
}

const tensorOf = ({ data, shape, dtype }: FileArray): Tensor => tensor(data, { shape, dtype });

/** The axes that stand in place of others in a permutation. */
export const inverse = (form: readonly number[]): number[] =>
  form.map((_, axis) => form.indexOf(axis));

/** [batch, channels, …] as [batch, …, channels]. Where one of both is 1 long it is only seen otherwise. */
export function channelsLast(x: Tensor): Tensor {
  const [batch = 0, channels = 0, ...rest] = x.shape;
  const isFlat = channels === 1 || rest.every((length) => length === 1);
  return isFlat ? reshape(x, [batch, ...rest, channels]) : moveAxis(x, 1, -1);
}

/** [batch, …, channels] as [batch, channels, …]. */
export function channelsFirst(x: Tensor): Tensor {
  const [batch = 0, ...rest] = x.shape;
  const channels = rest.pop() ?? 0;
  const isFlat = channels === 1 || rest.every((length) => length === 1);
  return isFlat ? reshape(x, [batch, channels, ...rest]) : moveAxis(x, -1, 1);
}

/**
 * Computes values that depend on known ones alone: on the runtime itself, so that a step which is repeated, or a shape that is
 * found out without elements, does not take part.
 */
export function computeKnown(
  compute: () => readonly (OperatorValue | undefined)[],
): (OperatorValue | undefined)[] {
  let found: (OperatorValue | undefined)[] = [];
  const run = (): void =>
    tidy(() => {
      found = compute().map(asKnown);
    });
  withRuntime(plainRuntime(), () => {
    notNotingReads(run);
  });
  return found;
}

/** The value with its elements as arrays. */
function asKnown(value: OperatorValue | undefined): OperatorValue | undefined {
  if (value?.items !== undefined) return OperatorValue.list(value.items.map(asKnown));
  if (value?.raw === undefined) return value;
  const { shape, dtype, type, tensor: whole } = value;
  return OperatorValue.known({ shape: [...shape], dtype, data: whole.data() }, type);
}

/** x as numbers of the integer type: in C's way, modulo its range; from floats towards zero. */
export function asType(
  x: Tensor,
  type: number,
  range: readonly [number, number] | undefined,
): Tensor {
  const dtype = dtypeOf(type);
  if (range === undefined || x.dtype === 'bool') return cast(x, dtype);
  return wrapped(cast(x, 'int32'), range, dtype);
}

function wrapped(
  x: Tensor,
  [least, most]: readonly [number, number],
  dtype: Tensor['dtype'],
): Tensor {
  const span = most - least + 1;
  const counted = least === 0 ? mod(x, span) : add(mod(sub(x, least), span), least);
  return cast(counted, dtype);
}
