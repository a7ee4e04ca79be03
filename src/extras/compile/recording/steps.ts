// What a recorded prediction consists of.
import type { PlainKernels } from '../../../engine/wasm/generated/kernels.js';
import type { KernelName } from '../../../engine/wasm/kernels.js';

/** A block of memory that a prediction works with. Where it lies is decided when the module is written. */
export interface Block {
  bytes: number;
  /** What the block holds from the start: numbers of the program, weights. Undefined for what is computed. */
  data: Uint8Array | undefined;
  /** Whether the block lies at a place of its own for as long as the module lives: inputs and outputs. */
  isFixed: boolean;
}

/** An address: a block, and how many bytes behind its beginning. */
export interface Place {
  readonly block: Block;
  readonly offset: number;
}

export type Argument = number | Place;

/** A kernel that is called, by threads 1 of 1 if threads can share it. */
export interface KernelCall {
  readonly kernel: KernelName | keyof PlainKernels;
  readonly args: readonly Argument[];
}

/** A question to what was computed, and how the prediction goes on. */
export interface Ask {
  readonly kind: 'ask';
  readonly call: KernelCall | undefined;
  /** Where the call leaves the number; undefined where it returns the number. */
  readonly word: Place | undefined;
  /** Ascending: the answer is the first below whose limit the number is, or the last. */
  readonly limits: readonly number[];
}

/** A step of a prediction. */
export type Step =
  | ({ readonly kind: 'call' } & KernelCall)
  | {
      readonly kind: 'copy';
      readonly to: Place;
      readonly from: Place;
      readonly bytes: number;
    }
  | Ask
  /** Ends the prediction with an error. */
  | { readonly kind: 'fail'; readonly layer: string; readonly message: string };

export const isPlace = (value: Argument): value is Place => typeof value === 'object';

/** The places that a step names. */
export function placesOf(step: Step): Place[] {
  if (step.kind === 'call') return step.args.filter(isPlace);
  if (step.kind === 'copy') return [step.to, step.from];
  if (step.kind === 'fail') return [];
  const args = step.call?.args.filter(isPlace) ?? [];
  return step.word === undefined ? args : [...args, step.word];
}
