// Weights that are stored in fewer bytes than float32 (assembly/quantized/forms.ts), and the products that read them as they are.
import { roundHalfEven, toHalf } from '../../../../files/formats/elements.js';
import { NR, QUANTIZED_PIECE_BYTES } from '../../../../../assembly/tuning.js';
import type { Epilogue } from '../../../../../assembly/codes.js';
import { StoredForm } from '../../../../../assembly/codes.js';
import { record } from '../../../autodiff/index.js';
import { DisposedError, ShapeError } from '../../../../errors.js';
import { currentRuntime } from '../../../runtime/index.js';
import type { WorkingRuntime } from '../../../runtime/index.js';
import { emptyTensor, formatShape, sameShape, scoped, sizeOf } from '../../../tensor/index.js';
import type { Shape, Tensor } from '../../../tensor/index.js';
import { Storage } from '../../../tensor/storage.js';
import type { QuantizedElements } from '../../../tensor/variable.js';
import { quantized } from '../../../wasm/generated/quantized.js';
import type { Pointer } from '../../../wasm/generated/kernels.js';
import { fusedActivation, throughActivation } from './fused-activation.js';
import type { FusedActivation } from './fused-activation.js';
import { embeddedNumbers } from '../../indexing/embedding.js';
import { product } from '../matmul.js';
import { reshape } from '../../shapes/reshape.js';
import { sum } from '../../reductions/sum.js';

// From float32 to the numbers in which weights are stored, by the rules of Keras (int8) and of TensorFlow.js's converter (uint8,
// uint16). Numbers are finite.

/** How weights can be stored in fewer bytes than float32. */
export type QuantizationMode = 'int8' | 'float16' | 'uint8' | 'uint16';

/** A weight as [outer, reduced, inner]: the numbers along `reduced` share a scale. */
export interface ScaleGroups {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

/** What the stored numbers q of a weight stand for. */
type Scaling =
  | {
      /** w = q / scale, of int8. */
      readonly mode: 'int8';
      readonly scales: Float32Array<ArrayBuffer>;
      readonly groups: ScaleGroups;
    }
  | {
      /** w = q, as bits of float16. */
      readonly mode: 'float16';
    }
  | {
      /** w = q · scale + min, of uint8 or uint16. */
      readonly mode: 'uint8' | 'uint16';
      readonly scale: number;
      readonly min: number;
    };

/** The numbers of a weight, row-major, in the type of their mode. */
export interface StoredNumbers {
  readonly data: Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  readonly scaling: Scaling;
}

/** The numbers for `elements`. @param groups of int8; default: one scale for all */
export function quantizeNumbers(
  elements: Float32Array,
  mode: QuantizationMode,
  groups: ScaleGroups = { outer: 1, reduced: elements.length, inner: 1 },
): StoredNumbers {
  switch (mode) {
    case 'int8':
      return toInt8(elements, groups);
    case 'float16':
      return { data: halvesOf(elements), scaling: { mode } };
    case 'uint8':
      return toUnsigned(elements, mode, new Uint8Array(elements.length), 255);
    case 'uint16':
      return toUnsigned(elements, mode, new Uint16Array(elements.length), 65535);
  }
}

function halvesOf(elements: Float32Array): Uint16Array<ArrayBuffer> {
  const data = new Uint16Array(elements.length);
  for (let i = 0; i < data.length; i++) data[i] = toHalf(elements[i] ?? 0);
  return data;
}

/** Keras's epsilon, which its scales are computed with. */
const EPSILON = Math.fround(1e-7);

/** scale = 127 / (max |w| + 1e-7) for each group, q = round(w · scale), ties to even, in float32 as Keras computes. */
function toInt8(elements: Float32Array, groups: ScaleGroups): StoredNumbers {
  const { outer, reduced, inner } = groups;
  const scales = new Float32Array(outer * inner);
  const place = (i: number): number => Math.floor(i / (reduced * inner)) * inner + (i % inner);
  for (let i = 0; i < elements.length; i++) {
    const at = place(i);
    scales[at] = Math.max(scales[at] ?? 0, Math.abs(elements[i] ?? 0));
  }
  for (let at = 0; at < scales.length; at++) {
    scales[at] = 127 / Math.fround((scales[at] ?? 0) + EPSILON);
  }
  const data = new Int8Array(elements.length);
  for (let i = 0; i < data.length; i++) {
    const q = roundHalfEven(Math.fround((elements[i] ?? 0) * (scales[place(i)] ?? 0)));
    data[i] = Math.min(127, Math.max(-127, q));
  }
  return { data, scaling: { mode: 'int8', scales, groups } };
}

/** scale = (max − min) / most, with min moved so that a q stands for 0 where 0 lies between; q = round((w − min) / scale). */
function toUnsigned(
  elements: Float32Array,
  mode: 'uint8' | 'uint16',
  data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
  most: number,
): StoredNumbers {
  let [low, high] = [Infinity, -Infinity];
  for (const x of elements) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (!(low < high)) {
    const min = elements.length === 0 ? 0 : low;
    return { data, scaling: { mode, scale: 1, min } };
  }
  const scale = (high - low) / most;
  const min = low <= 0 && high >= 0 ? -roundHalfEven(-low / scale) * scale : low;
  for (let i = 0; i < data.length; i++) {
    const q = roundHalfEven(((elements[i] ?? 0) - min) / scale);
    data[i] = Math.min(most, Math.max(0, q));
  }
  return { data, scaling: { mode, scale, min } };
}

/** Kernels read up to so many bytes beyond the numbers, and beyond the scales. */
const BEYOND_BYTES = 64;

const aligned = (bytes: number): number => (bytes + 15) & ~15;

/** Elements of a weight in fewer bytes than float32, in one block: the numbers, then their scales. */
export class QuantizedWeight implements QuantizedElements {
  #block: Storage | undefined;
  #scaling: Scaling;

  /**
   * @param shape of the weight
   * @param numbers as many as the shape has
   * @throws OutOfMemoryError if there is no room.
   */
  constructor(
    readonly shape: Shape,
    numbers: StoredNumbers,
  ) {
    const { data, scaling } = numbers;
    this.#scaling = scaling;
    const scales = aligned(data.byteLength + BEYOND_BYTES);
    const scaleBytes = scaling.mode === 'int8' ? scaling.scales.length * 4 + BEYOND_BYTES : 16;
    this.#block = Storage.allocate(scales + scaleBytes);
    this.#write(numbers);
  }

  get #storage(): Storage {
    if (this.#block !== undefined) return this.#block;
    throw new DisposedError(
      `A quantized weight of shape ${formatShape(this.shape)} was disposed: its memory has been freed.`,
    );
  }

  get mode(): QuantizationMode {
    return this.#scaling.mode;
  }

  get bytes(): number {
    return this.#storage.bytes;
  }

  get version(): number {
    return this.#storage.version;
  }

  get #elementBytes(): number {
    return this.mode === 'float16' || this.mode === 'uint16' ? 2 : 1;
  }

  get #scales(): Pointer {
    const bytes = sizeOf(this.shape) * this.#elementBytes;
    return this.#storage.pointer + aligned(bytes + BEYOND_BYTES);
  }

  #write(numbers: StoredNumbers): void {
    const { data, scaling } = numbers;
    this.#scaling = scaling;
    const { uint8, float32, int32 } = currentRuntime();
    uint8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), this.#storage.pointer);
    const scales = this.#scales / 4;
    if (scaling.mode === 'int8') {
      // Products multiply by the step between neighbours; files hold what Keras divides by.
      const steps = scaling.scales.map((scale) => 1 / scale);
      float32.set(steps, scales);
    } else if (scaling.mode !== 'float16') {
      int32.set(new Int32Array(Float64Array.of(scaling.scale, scaling.min).buffer), scales);
    }
    this.#storage.touch();
  }

  /** A copy of the numbers, with their scales. */
  numbers(): StoredNumbers {
    const bytes = sizeOf(this.shape) * this.#elementBytes;
    const { pointer } = this.#storage;
    const { buffer } = currentRuntime().uint8.slice(pointer, pointer + bytes);
    const scaling = this.#scaling;
    if (scaling.mode === 'int8') return { data: new Int8Array(buffer), scaling };
    return {
      data: scaling.mode === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer),
      scaling,
    };
  }

  replace(elements: Float32Array): void {
    const scaling = this.#scaling;
    const groups = scaling.mode === 'int8' ? scaling.groups : undefined;
    this.#write(quantizeNumbers(elements, scaling.mode, groups));
  }

  dispose(): void {
    this.#block?.release();
    this.#block = undefined;
  }

  /** How kernels know the form, and the matrices of it that lie one after the other. */
  get #form(): { readonly form: StoredForm; readonly matrices: number; readonly columns: number } {
    const scaling = this.#scaling;
    const last = this.shape.at(-1) ?? 1;
    switch (scaling.mode) {
      case 'int8': {
        const { outer, reduced, inner } = scaling.groups;
        return inner === 1
          ? { form: StoredForm.Int8ByRow, matrices: 1, columns: reduced }
          : { form: StoredForm.Int8, matrices: outer, columns: inner };
      }
      case 'float16':
        return { form: StoredForm.Float16, matrices: 1, columns: last };
      case 'uint8':
        return { form: StoredForm.Uint8, matrices: 1, columns: last };
      default:
        return { form: StoredForm.Uint16, matrices: 1, columns: last };
    }
  }

  expand(): Tensor {
    const out = emptyTensor(this.shape, 'float32');
    if (out.size === 0) return out;
    const { form, matrices, columns } = this.#form;
    const { pointer } = this.#storage;
    const rows = out.size / matrices / columns;
    for (let i = 0; i < matrices; i++) {
      const first = i * rows * columns;
      const to = out.pointer + first * 4;
      const scales = this.#scales + (matrices > 1 ? i * columns * 4 : 0);
      // Several matrices are int8, whose numbers take a byte.
      quantizedRuntime().run('readQuantized', to, pointer + first, form, scales, 0, rows, columns);
    }
    return out;
  }

  rows(indices: Tensor): Tensor {
    return scoped(() => {
      const [rows = 0, columns = 0] = this.shape;
      const whole = embeddedNumbers(indices, rows);
      const out = emptyTensor([...whole.shape, columns], 'float32');
      if (this.#form.form === StoredForm.Int8) {
        throw new ShapeError(`embedding: a table needs a scale for each row.`);
      }
      const { pointer } = this.#storage;
      quantizedRuntime().run(
        'readQuantized',
        out.pointer,
        pointer,
        this.#form.form,
        this.#scales,
        whole.pointer,
        whole.size,
        columns,
      );
      return out;
    });
  }

  dense(x: Tensor, bias: Tensor | null, activation: FusedActivation, axes = 1): Tensor {
    const [summed, units] = [this.shape.slice(0, axes), this.shape.slice(axes)];
    const before = x.shape.slice(0, Math.max(0, x.ndim - axes));
    if (!sameShape(x.shape.slice(before.length), summed)) {
      throw new ShapeError(
        `dense: the last ${axes === 1 ? 'axis' : `${axes} axes`} of the input must be ${formatShape(summed)} to fit a kernel ` +
          `of shape ${formatShape(this.shape)}, got shape ${formatShape(x.shape)}.`,
      );
    }
    const { epilogue, code } = fusedActivation('dense', activation);
    const [rows, k, n] = [sizeOf(before), sizeOf(summed), sizeOf(units)];
    const out = emptyTensor([...before, ...units], 'float32');
    const place = { c: out.pointer, a: x.pointer, bias: bias?.pointer ?? 0 };
    if (out.size > 0) this.#multiply({ ...place, m: rows, n, k, epilogue });
    const operands = bias === null ? [x] : [x, bias];
    return record('dense', operands, out, [x, out], (dy, [p, y], wanted) => {
      const dz = reshape(throughActivation(code, dy, y), [rows, n]);
      return [
        wanted[0] === true ? reshape(this.#timesTransposed(dz, k), p.shape) : undefined,
        wanted[1] === true ? sum(dz, 0) : undefined,
      ];
    });
  }

  /** dz · Bᵀ */
  #timesTransposed(dz: Tensor, k: number): Tensor {
    const kernel = this.expand();
    const matrix = reshape(kernel, [k, -1]);
    const dx = product('dense', dz, matrix, false, true);
    kernel.dispose();
    matrix.dispose();
    return dx;
  }

  /** c[m,n] = activation(a[m,k] · B[k,n] + bias). For one row B is read as it is, else it is packed a piece at a time. */
  #multiply({ c, a, bias, m, n, k, epilogue }: Multiplication): void {
    const runtime = quantizedRuntime();
    const { kernels, threads } = runtime;
    const matrix = [this.#storage.pointer, this.#form.form, this.#scales] as const;
    if (m === 1) {
      const scratch = runtime.workspace(kernels.gemvQuantizedScratchBytes(k, threads));
      runtime.run('gemvQuantized', c, a, ...matrix, bias, n, k, epilogue, scratch);
      return;
    }
    const panels = Math.max(1, Math.floor(QUANTIZED_PIECE_BYTES / kernels.gemmPackedBytes(k, NR)));
    const most = Math.min(n, panels * NR);
    const scratch = runtime.workspace(kernels.gemmScratchBytes(threads));
    runtime.withScratch(kernels.gemmPackedBytes(k, most), (packed) => {
      for (let j = 0; j < n; j += most) {
        const columns = Math.min(most, n - j);
        const here = bias === 0 ? 0 : bias + j * 4;
        runtime.run('packQuantized', packed, ...matrix, k, n, j, columns);
        const sizes = [m, columns, k, k, n] as const;
        runtime.run('gemm', c + j * 4, a, packed, here, ...sizes, 0, epilogue, scratch);
      }
    });
  }
}

/** c[m,n] = activation(a[m,k] · B[k,n] + bias[n]); `bias` 0 for none. */
interface Multiplication {
  readonly c: Pointer;
  readonly a: Pointer;
  readonly bias: Pointer;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly epilogue: Epilogue;
}

function quantizedRuntime(): WorkingRuntime {
  return currentRuntime().with(quantized);
}
