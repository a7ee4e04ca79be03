import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, dense, matmul } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { BuiltInCell, dropped } from './built-in-cell.js';
import type { DropoutMasks } from './built-in-cell.js';
import type { CellOutput } from './cell.js';

/** Options of `SimpleRNNCell`. */
export interface SimpleRNNCellOptions extends OptionsOf<typeof SimpleRNNCell> {}

/**
 * One step of `SimpleRNN`: h′ = activation(x · kernel + h · recurrentKernel + bias). x is [batch, features], the state h and
 * the output [batch, units]. Keras: `SimpleRNNCell`.
 *
 * @example
 * const [y, states] = new layers.SimpleRNNCell(4).apply([[1, 2]]);
 * y.shape; // [1, 4]
 */
export class SimpleRNNCell extends configurable(BuiltInCell, 'SimpleRNNCell') {
  /**
   * @param units length of the output and of the state
   * @throws ValueError if `units` is not a whole number above 0, or an option is unknown or out of range.
   */
  constructor(units: number, options: SimpleRNNCellOptions = {}) {
    super(units, options);
  }

  /** Length of the state: `units`. */
  override get stateSize(): number {
    return this.units;
  }

  protected override get parts(): number {
    return 1;
  }

  protected override step(
    x: Tensor,
    [h]: readonly [Tensor],
    { input, state }: DropoutMasks,
  ): CellOutput {
    const fromInput = dense(dropped(x, input[0]), this.kernel.value, this.bias?.value ?? null);
    const fromState = matmul(dropped(h, state[0]), this.recurrentKernel.value);
    const output = this.activation(add(fromInput, fromState));
    return [output, [output]];
  }
}
