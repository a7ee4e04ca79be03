// What loops have in common: tensors that each iteration gets from the one before, and gives to the next.
import { flattenNest, packNest } from '../../../config/index.js';
import { isOfScope, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { Nest } from '../../../config/index.js';
import { isTensor, outlineOf, requireSame, tensorsIn } from './structures.js';

/** The tensors that a loop carries on, in the scope that is open. What an iteration makes besides is freed at its end. */
export class Carry {
  /** The tensors, in the structure of what the loop began with. */
  structure: Nest<Tensor>;
  readonly #outline: string;
  /** Results of iterations that are kept beside the carry. */
  readonly #kept = new Set<Tensor>();

  constructor(
    private readonly op: string,
    initial: Nest<Tensor>,
  ) {
    this.structure = initial;
    this.#outline = outlineOf(initial);
  }

  /** One iteration: `step` gives what is carried on, and what is kept beside it. Returns the latter. */
  advance<Kept extends Nest<Tensor> | null>(
    what: string,
    step: () => { readonly carry: unknown; readonly kept: Kept },
  ): Kept {
    const before = flattenNest(this.structure, isTensor);
    const { carry, kept } = tidy(() => {
      const result = step();
      const next = tensorsIn(this.op, what, result.carry);
      requireSame(this.op, what, outlineOf(next), this.#outline);
      return { carry: next, kept: result.kept };
    });
    for (const tensor of flattenNest(kept, isTensor)) this.#kept.add(tensor);
    this.structure = carry;
    const after = new Set(flattenNest(carry, isTensor));
    for (const tensor of before) {
      if (isOfScope(tensor) && !after.has(tensor) && !this.#kept.has(tensor)) tensor.dispose();
    }
    return kept;
  }

  /** The structure with other tensors. */
  with(tensors: readonly Tensor[]): Nest<Tensor> {
    return packNest(this.structure, isTensor, tensors);
  }

  /** The tensors of the structure. */
  get tensors(): Tensor[] {
    return flattenNest(this.structure, isTensor);
  }
}
