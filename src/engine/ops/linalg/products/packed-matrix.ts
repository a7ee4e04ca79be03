import { GEMV_BEFORE_PANELS } from '../../../../../assembly/tuning.js';
import { currentRuntime } from '../../../runtime/index.js';
import type { Question } from '../../../runtime/index.js';
import { emptyTensor } from '../../../tensor/index.js';
import type { Tensor } from '../../../tensor/index.js';
import { Storage } from '../../../tensor/storage.js';
import type { Derived } from '../../../tensor/storage.js';
import type { Pointer } from '../../../wasm/generated/kernels.js';

/** Which matrix of a tensor's block is meant, and how it lies there. */
export interface MatrixView {
  readonly pointer: Pointer;
  readonly k: number;
  readonly n: number;
  /** Stored as its transpose [n,k]. */
  readonly transposed: boolean;
}

/** How large the largest element is. */
const enum Magnitude {
  /** Below 2^40. */
  Moderate,
  Large,
  /** NaN or infinite. */
  NotFinite,
}

/** The bits of 2^40 as a float32. */
const MODERATE_BITS = (127 + 40) * 2 ** 23;

/** The bits of infinity as a float32; those of NaN without a sign are larger. */
const INFINITY_BITS = 0x7f800000;

/** The bits of the largest of n float32 without their signs: in the order of the numbers, NaN last. */
function largestMagnitude(x: Pointer, n: number): number {
  const runtime = currentRuntime();
  const { threads } = runtime;
  const words = runtime.workspace(4 * threads);
  runtime.run('largestMagnitude', words, threads, x, n);
  return largestWord(words);
}

/** The largest of the words that a kernel has written, one for each share that there can be. */
function largestWord(words: Pointer): number {
  const { int32, threads } = currentRuntime();
  return int32.subarray(words / 4, words / 4 + threads).reduce((a, b) => Math.max(a, b), 0);
}

/** Whether none of n float32 is NaN or infinite. */
export function allFinite(x: Pointer, n: number): boolean {
  return currentRuntime().guard(
    () => largestMagnitude(x, n) < INFINITY_BITS,
    true,
    () => ({ ...magnitudeCall(x, n), limits: [INFINITY_BITS], answers: [true, false] }),
  );
}

/** How a compiled program finds the bits of the largest of n float32. */
function magnitudeCall(x: Pointer, n: number): Pick<Question<unknown>, 'call' | 'word'> {
  const runtime = currentRuntime();
  const { threads } = runtime;
  const word = runtime.workspace(4 * threads);
  return { call: { kernel: 'largestMagnitude', args: [word, threads, x, n] }, word };
}

/** x as a matrix whose last axis are the columns. */
export function matrixOf(x: Tensor): PackedMatrix {
  const n = x.shape.at(-1) ?? 1;
  return PackedMatrix.of(x, { pointer: x.pointer, k: x.size / n, n, transposed: false });
}

/**
 * What is known of a matrix B while its elements do not change: whether they are finite, and, from the
 * second product on (of one row: the fifth), its panels. Weights change at every step of training, so there
 * nothing is kept; in `predict` and `evaluate` they are packed once.
 */
export class PackedMatrix implements Derived {
  readonly #storage: Storage;
  readonly #view: MatrixView;
  #isFinite: boolean | undefined;
  #magnitude: Magnitude | undefined;
  /** Where the kernel that wrote the matrix has left the largest magnitudes of its shares. */
  #words: Storage | undefined;
  /** The sums of the columns. */
  #sums: Storage | undefined;
  /** Products so far, for which panels were, or could have been, of use. */
  #products = 0;
  #panels: Pointer | undefined;

  private constructor(storage: Storage, view: MatrixView) {
    this.#storage = storage;
    this.#view = view;
  }

  /** What is known of the matrix at that offset of `b`'s block. */
  static of(b: Tensor, view: MatrixView): PackedMatrix {
    const { storage } = b;
    const { derived } = storage;
    if (derived instanceof PackedMatrix && derived.#isAt(view)) return derived;
    const packed = new PackedMatrix(storage, view);
    storage.derived = packed;
    return packed;
  }

  #isAt({ pointer, k, n, transposed }: MatrixView): boolean {
    const mine = this.#view;
    return (
      mine.pointer === pointer && mine.k === k && mine.n === n && mine.transposed === transposed
    );
  }

  /** Whether no element is NaN or infinite. */
  get isFinite(): boolean {
    this.#isFinite ??= this.#findMagnitude() < Magnitude.NotFinite;
    return this.#isFinite;
  }

  /** Whether no element is as large as 2^40, or NaN: sums of products with such numbers stay far from infinity. */
  get isModerate(): boolean {
    return this.#findMagnitude() === Magnitude.Moderate;
  }

  /** All that may be asked later is decided at once, as a repetition of a run looks only once, too. */
  #findMagnitude(): Magnitude {
    const { pointer, k, n } = this.#view;
    const words = this.#words?.pointer;
    this.#magnitude ??= currentRuntime().guard(
      () => {
        const largest = words === undefined ? largestMagnitude(pointer, k * n) : largestWord(words);
        if (largest < MODERATE_BITS) return Magnitude.Moderate;
        return largest < INFINITY_BITS ? Magnitude.Large : Magnitude.NotFinite;
      },
      Magnitude.Moderate,
      () => ({
        ...(words === undefined ? magnitudeCall(pointer, k * n) : { word: words }),
        limits: [MODERATE_BITS, INFINITY_BITS],
        answers: [Magnitude.Moderate, Magnitude.Large, Magnitude.NotFinite],
      }),
    );
    return this.#magnitude;
  }

  /** Room for the words of a kernel that writes the matrix now (assembly/magnitude.ts): then no product looks through it again. */
  keepMagnitude(): Pointer {
    this.#words ??= Storage.allocate(4 * currentRuntime().threads);
    return this.#words.pointer;
  }

  /** Keeps the sums of the columns, [n], which the kernel that wrote the matrix has added up. Takes `sums` over. */
  keepSums(sums: Tensor): void {
    this.#sums?.release();
    this.#sums = sums.storage.retain();
    sums.dispose();
  }

  /** The sums of the columns, [n], if they are known. The caller disposes them. */
  copyOfSums(): Tensor | undefined {
    const from = this.#sums;
    if (from === undefined) return undefined;
    const out = emptyTensor([this.#view.n], 'float32');
    currentRuntime().copy(out.pointer, from.pointer, from.bytes);
    return out;
  }

  /** For an operation that knows that no element is NaN or infinite. */
  markFinite(): void {
    this.#isFinite = true;
  }

  /** Counts a product; gives whether there was one before, so that panels are worth to be kept. */
  meet(): boolean {
    return this.#products++ > 0;
  }

  /** Runs `use` with the panels of the matrix, for a product that `meet` has counted. */
  withPanels(use: (panels: Pointer) => void): void {
    const existing = this.#panels ?? this.#keepPanels(1);
    if (existing !== undefined) {
      use(existing);
      return;
    }
    const runtime = currentRuntime();
    const { k, n } = this.#view;
    runtime.withScratch(runtime.kernels.gemmPackedBytes(k, n), (panels) => {
      this.#pack(panels);
      use(panels);
    });
  }

  /** Panels for a product with one row, which can do without, once they are kept; else undefined. */
  panelsForRow(): Pointer | undefined {
    return this.#panels ?? this.#keepPanels(GEMV_BEFORE_PANELS);
  }

  /** Panels to be kept, after so many products without and if there is room; else undefined. */
  #keepPanels(after: number): Pointer | undefined {
    if (this.#products <= after) return undefined;
    const runtime = currentRuntime();
    const { k, n } = this.#view;
    const bytes = runtime.kernels.gemmPackedBytes(k, n);
    this.#panels = runtime.allocateCache(bytes, () => {
      // The block counts that, for a captured run, which holds the address of the panels.
      if (this.#storage.derived === this) this.#storage.derived = undefined;
      else this.dispose();
    });
    try {
      if (this.#panels !== undefined) this.#pack(this.#panels);
    } catch (error) {
      // Panels that were not packed to the end are none.
      this.dispose();
      throw error;
    }
    return this.#panels;
  }

  #pack(panels: Pointer): void {
    const { pointer, k, n, transposed } = this.#view;
    const stride = transposed ? k : n;
    currentRuntime().run('gemmPackB', panels, pointer, k, n, stride, transposed ? 1 : 0);
  }

  /** Gives the panels, the words and the sums back. */
  dispose(): void {
    this.#sums?.release();
    this.#sums = undefined;
    this.#words?.release();
    this.#words = undefined;
    if (this.#panels !== undefined) currentRuntime().releaseCache(this.#panels);
    this.#panels = undefined;
  }
}
