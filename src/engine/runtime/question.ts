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
}

/** The only elements that a guard looks at. What they decide is known where they are constant, such as weights. */
export interface LookedAt {
  readonly of: Pointer;
}

/** A question of which each number that the kernel can return has an answer. */
export interface CountQuestion<T> {
  readonly call: NonNullable<Question<T>['call']>;
  /** The largest number; 0 is the least, and its answer the usual one. */
  readonly most: number;
  readonly answerTo: (count: number) => T;
}

/** What a guard may say of itself. */
export type GuardQuestion<T> = Question<T> | CountQuestion<T> | LookedAt;
