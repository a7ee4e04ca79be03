import type { KernelName } from '../wasm/kernels.js';
import type { PlainKernels, Pointer } from '../wasm/generated/kernels.js';

/**
 * How a program that was compiled from a run finds out, without this library, what a guard of the run finds: a kernel gives a whole
 * number, and the number is compared.
 */
export interface Question<T> {
  /** The kernel with its arguments; undefined where an earlier one has left the number. */
  readonly call?: {
    readonly kernel: KernelName | keyof PlainKernels;
    readonly args: readonly number[];
  };
  /** Where the number is left, an int32; undefined where the kernel returns it. */
  readonly word?: Pointer;
  /** Ascending limits: the answer is the first one below whose limit the number is, or the last. */
  readonly limits: readonly number[];
  /** One more than limits, the usual one first. */
  readonly answers: readonly [T, ...T[]];
  /** What is wrong where an unusual answer leads to an error. */
  readonly otherwise?: string;
}

/** The only elements that a guard looks at. What they decide is known where they are constant, such as weights. */
export interface LookedAt {
  readonly of: Pointer;
}

/** The question where what is found is known before: that there are elements, say. */
export const settled =
  <T>(answer: T): (() => Question<T>) =>
  () => ({ limits: [], answers: [answer] });
