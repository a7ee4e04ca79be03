import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, matmul, mul, slice, sub } from '../../../engine/ops/index.js';
import type { Shape, Tensor } from '../../../engine/tensor/index.js';
import { BuiltInCell, dropped, project } from './built-in-cell.js';
import type { DropoutMasks } from './built-in-cell.js';
import { GRU_OPTIONS } from './cell-options.js';
import type { CellOutput } from './cell.js';

/** Options of `GRUCell`. */
export interface GRUCellOptions extends OptionsOf<typeof GRUCell> {}

/**
 * One step of `GRU`. x is [batch, features], the state h and the output [batch, units]. Keras: `GRUCell`.
 *
 * @example
 * const [y, states] = new layers.GRUCell(4).apply([[1, 2]]);
 * y.shape; // [1, 4]
 */
export class GRUCell extends configurable(BuiltInCell, 'GRUCell', GRU_OPTIONS) {
  /**
   * @param units length of the output and of the state
   * @throws ValueError if `units` is not a whole number above 0, or an option is unknown or out of range.
   */
  constructor(units: number, options: GRUCellOptions = {}) {
    super(units, options);
  }

  /** Length of the state: `units`. */
  override get stateSize(): number {
    return this.units;
  }

  protected override get parts(): number {
    return 3;
  }

  protected override get biasShape(): Shape {
    return this.resetAfter ? [2, 3 * this.units] : [3 * this.units];
  }

  protected override step(x: Tensor, [h]: readonly [Tensor], masks: DropoutMasks): CellOutput {
    const { activation, recurrentActivation, resetAfter } = this;
    const bias = this.bias?.value ?? null;
    const inputBias = bias !== null && resetAfter ? slice(bias, 0) : bias;
    const [xUpdate, xReset, xNew] = project(x, masks.input, this.kernel.value, inputBias, 3) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const fromState = resetAfter
      ? this.#resetAfter(h, masks.state)
      : this.#resetBefore(h, masks.state);
    const update = recurrentActivation(add(xUpdate, fromState.update));
    const reset = recurrentActivation(add(xReset, fromState.reset));
    const candidate = activation(add(xNew, fromState.candidate(reset)));
    const after = add(mul(update, h), mul(sub(1, update), candidate));
    return [after, [after]];
  }

  #resetAfter(h: Tensor, masks: readonly Tensor[]): FromState {
    const bias = this.bias === null ? null : slice(this.bias.value, 1);
    const [update, reset, product] = project(h, masks, this.recurrentKernel.value, bias, 3) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    return { update, reset, candidate: (gate) => mul(gate, product) };
  }

  #resetBefore(h: Tensor, masks: readonly Tensor[]): FromState {
    const kernel = this.recurrentKernel.value;
    const gates = slice(kernel, ':', [0, 2 * this.units]);
    const [update, reset] = project(h, masks.slice(0, 2), gates, null, 2) as [Tensor, Tensor];
    const rest = slice(kernel, ':', [2 * this.units, 3 * this.units]);
    const state = dropped(h, masks[2]);
    return { update, reset, candidate: (gate) => matmul(mul(gate, state), rest) };
  }
}

/** What the state adds to the gates, and to the new state once the reset gate is known. */
interface FromState {
  readonly update: Tensor;
  readonly reset: Tensor;
  candidate(reset: Tensor): Tensor;
}
