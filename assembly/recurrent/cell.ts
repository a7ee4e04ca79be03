// What a cell is, and the walks through its steps.
import { RECURRENT_ROWS } from '../tuning';
import { multiplyRows } from './rows';
import { Walk } from './walk';

/** What one cell computes in the row where a walk is. A walk takes one as a type argument; no instance ever exists. */
@unmanaged
export abstract class Cell {
  /** Whether the last gate has a product of its own, extra·U. */
  abstract isTwice(): bool;

  /** z before the product. */
  abstract begin(w: Walk): void;

  /** `extra`, between the two products. */
  abstract between(w: Walk): void;

  /** Gates, states and the output, after the products. */
  abstract forward(w: Walk): void;

  /** Reads what `back` needs of what was saved beside the gates. */
  abstract touch(w: Walk): u32;

  /** Gradients of x·W + b, in `dz`, and of h·U + d, in z (and `dlast`); h keeps the part that goes through no product. */
  abstract back(w: Walk): void;

  /** What the gradient of `extra` adds to the gradients, in the backward pass. */
  abstract betweenBack(w: Walk): void;
}

/** A cell with one product. */
@unmanaged
export abstract class OneProductCell extends Cell {
  @inline
  isTwice(): bool {
    return false;
  }
  @inline
  between(w: Walk): void {}
  @inline
  betweenBack(w: Walk): void {}
}

/** Walks forward through the steps of this thread's rows. */
export function walkForward<C extends Cell>(w: Walk): void {
  const cell = changetype<C>(0);
  const units = w.units;
  const columns = w.columns - (cell.isTwice() ? units : 0);
  while (w.begin()) {
    const rows = w.rows;
    for (let step = 0; step < w.steps; step++) {
      w.multiplyInput(step);
      for (let row = 0; row < rows; row++) {
        w.moveTo(row, step);
        cell.begin(w);
      }
      w.multiply(columns);
      if (cell.isTwice()) {
        for (let row = 0; row < rows; row++) {
          if (w.moveTo(row, step)) cell.between(w);
          else w.leaveInner();
        }
        const last = w.z + ((<usize>columns) << 2);
        multiplyRows(
          last,
          w.zBytes,
          w.extra,
          w.stateBytes,
          w.packedLast,
          rows,
          units,
          units,
          true,
          w.left,
        );
      }
      for (let row = 0; row < rows; row++) {
        const counts = w.moveTo(row, step);
        w.keepBefore();
        if (counts) cell.forward(w);
        else w.stay();
        w.keepAfter();
      }
    }
    w.finish();
  }
}

/** Walks back through the steps of this thread's rows. */
export function walkBack<C extends Cell>(w: Walk): void {
  const cell = changetype<C>(0);
  const units = w.units;
  const columns = w.columns - (cell.isTwice() ? units : 0);
  while (w.begin()) {
    const rows = w.rows;
    for (let step = w.steps - 1; step >= 0; step--) {
      if (w.together == RECURRENT_ROWS) touchSaved<C>(w, step);
      for (let row = 0; row < rows; row++) {
        if (w.moveTo(row, step)) cell.back(w);
        else w.stayBack();
      }
      if (cell.isTwice()) {
        const last = w.z + ((<usize>columns) << 2);
        multiplyRows(
          w.extra,
          w.stateBytes,
          last,
          w.zBytes,
          w.packedLast,
          rows,
          units,
          units,
          false,
          w.left,
        );
        for (let row = 0; row < rows; row++) {
          if (w.moveTo(row, step)) cell.betweenBack(w);
        }
      }
      w.multiplyBack(columns);
    }
    w.finish();
  }
}

/**
 * Looks through what was saved of a step of the block, in the order of memory. A row takes a number from each gate in turn,
 * which processors that fetch ahead do not foresee.
 */
function touchSaved<C extends Cell>(w: Walk, step: i32): void {
  const cell = changetype<C>(0);
  let any: u32 = 0;
  for (let row = 0; row < w.rows; row++) {
    w.moveTo(row, step);
    any |= w.touchRow(w.gatesRow, w.gatesBytes) | cell.touch(w);
  }
  store<u32>(w.spare, any);
}
