import { gather } from '../../../engine/ops/index.js';
import { emptyTensor, keep, ones, requireRoom } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { firstSteps, writeSteps } from '../../../engine/ops/neural/room-of-steps.js';

/** Keys and values of steps, and which of them count. */
export interface Steps {
  /** float32 [batch, steps, heads, size] */
  readonly keys: Tensor;
  /** float32 [batch, steps, heads, size] */
  readonly values: Tensor;
  /** bool [batch, steps]; null if all count. Where it comes from a layer, the batch may be 1. */
  readonly mask: Tensor | null;
}

/** Keys and values of all steps so far of one call of a layer, in memory for the most steps that there may be. */
export class CachedSteps {
  #length = 0;

  /** Takes over the tensors, whose second axis has the most steps. */
  private constructor(
    readonly keys: Tensor,
    readonly values: Tensor,
    private mask: Tensor | null,
  ) {
    for (const tensor of [keys, values, mask]) if (tensor !== null) keep(tensor);
  }

  /** Room for so many steps like those. */
  static for({ keys, values }: Steps, maxLength: number, owner: string): CachedSteps {
    const shapes = [keys, values].map(({ shape }) => shape.with(1, maxLength));
    for (const shape of shapes) requireRoom(shape, 'float32', owner);
    const [keyShape = [], valueShape = []] = shapes;
    const room = emptyTensor(keyShape, 'float32');
    return new CachedSteps(room, emptyTensor(valueShape, 'float32'), null);
  }

  get length(): number {
    return this.#length;
  }

  /** Whether steps like those have room here. */
  fits({ keys, values }: Steps): boolean {
    return isAlike(this.keys, keys) && isAlike(this.values, values);
  }

  /** Puts steps behind those that are there. @returns all of them: tensors of the scope */
  append({ keys, values, mask }: Steps): Steps {
    const from = this.#length;
    const steps = keys.shape[1] ?? 0;
    writeSteps(this.keys, keys, from);
    writeSteps(this.values, values, from);
    if (mask !== null) this.mask ??= keep(ones(this.keys.shape.slice(0, 2), 'bool'));
    if (this.mask !== null) {
      const counts = mask ?? ones([1, steps], 'bool');
      writeSteps(this.mask, counts, from);
    }
    this.#length = from + steps;
    return {
      keys: firstSteps(this.keys, this.#length),
      values: firstSteps(this.values, this.#length),
      mask: this.mask === null ? null : firstSteps(this.mask, this.#length),
    };
  }

  /** Forgets the steps behind the first `length`. */
  shorten(length: number): void {
    if (length < this.#length) this.#length = length;
    if (length > 0) return;
    this.mask?.dispose();
    this.mask = null;
  }

  /** The same steps of other sequences. @param rows their indices, in range */
  select(rows: Tensor): CachedSteps {
    const of = (x: Tensor): Tensor => gather(x, rows);
    const { keys, values, mask } = this;
    const selected = new CachedSteps(of(keys), of(values), mask === null ? null : of(mask));
    selected.#length = this.#length;
    return selected;
  }

  dispose(): void {
    for (const tensor of [this.keys, this.values, this.mask]) tensor?.dispose();
  }
}

/** Whether two tensors differ in nothing but their second axis. */
function isAlike(a: Tensor, b: Tensor): boolean {
  return (
    a.ndim === b.ndim && a.shape.every((length, axis) => axis === 1 || length === b.shape[axis])
  );
}
