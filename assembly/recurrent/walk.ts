// The walk through all steps of a recurrent layer, forward and back. Rows of the batch do not depend on each other, so a
// thread walks through all steps of its rows, a block of them at a time, and U stays in its caches. At each step
//
//   z ← x·W + b, or what the cell begins with      z ← z + h·U      gates and states, row by row
//
// and, for the GRU with the reset gate before the product, another product in between. What a cell computes in a row is in
// lstm.ts, gru.ts and simple.ts: a class that the walk takes as a type argument. The walk writes what the way back reads:
//
//   gates[n, steps, columns]: first x·W + b, then the gates      before[n, steps, units]: h before each step
//   inner[n, steps, units]: what else the cell keeps of a step
//
// All are in the order of x. In the order of the steps are outputs, their gradients, and c of the LSTM. Where the mask is
// false, the states of a row stay, and the output is the state h, or 0.
//
// Scratch of one thread:
//
//   the fields of Walk │ z: ROWS × panels of columns and one │ h, extra: ROWS × panels of units │ spare: a row
import { Recurrence, RecurrentCell } from '../codes';
import { NR_BYTES, panelRowBytes } from '../gemm/pack';
import { apart, shareBegin, shareEnd } from '../split';
import { MR, RECURRENT_ROWS } from '../tuning';
import { addRow, clearRow, copyRow, copyRows, isZeroRow, multiplyRows, rowsTogether } from './rows';

const ROWS: usize = RECURRENT_ROWS;

/** What a walk reads and writes, and where it is. The fields lie in the scratch of the thread. */
@unmanaged
export class Walk {
  cell: RecurrentCell;
  steps: i32;
  units: i32;
  columns: i32;
  options: i32;

  // Tensors; 0 for those that a cell does not have.
  /** Outputs [n, steps, units], or their gradients. The states after the last step follow. */
  out: usize;
  gates: usize;
  /** 0 if nothing is kept; then the gates are not written either. */
  before: usize;
  inner: usize;
  /** Gradients of x·W + b and, if that is another one, of h·U + d: [n, steps, columns]. */
  dz: usize;
  dproduct: usize;
  /** c before the first step. */
  c0: usize;
  bias: usize;
  mask: usize;
  /** Panels of U, or of its transpose. A last gate with a product of its own has its panels in `packedLast`. */
  packed: usize;
  packedLast: usize;
  /** The states that the walk begins with, and where it writes those that it ends with. */
  hFrom: usize;
  cFrom: usize;
  hTo: usize;
  cTo: usize;

  // Bytes from row to row of x·W + b, of outputs, of z, and of h and extra.
  gatesBytes: usize;
  rowBytes: usize;
  zBytes: usize;
  stateBytes: usize;

  // A block of rows in scratch memory, and the rows of this thread that come after it.
  first: usize;
  rows: i32;
  next: i32;
  end: i32;
  /** The most rows of a block. */
  together: i32;
  z: usize;
  h: usize;
  /** c of the LSTM; r · h of the GRU that multiplies it; or their gradients. */
  extra: usize;
  spare: usize;

  // A row of the block at a step.
  step: i32;
  /** The number of the row in the batch. */
  sample: usize;
  /** The number of the step among those of the whole batch, in the order of x, and in the order of the steps. */
  index: usize;
  place: usize;
  zRow: usize;
  hRow: usize;
  extraRow: usize;
  yRow: usize;
  gatesRow: usize;

  /** Takes up the next block of rows, if there is one. Rows that fill up the last tile are zeros. */
  begin(): bool {
    const first = this.next;
    const rows = min(this.together, this.end - first);
    if (rows <= 0) return false;
    this.first = <usize>first;
    this.rows = rows;
    this.next = first + rows;
    const rowBytes = this.rowBytes;
    const stateBytes = this.stateBytes;
    const at = <usize>first * rowBytes;
    memory.fill(this.z, 0, ROWS * (this.zBytes + 2 * stateBytes));
    copyRows(this.h, stateBytes, this.hFrom + at, rowBytes, rows, this.units);
    if (this.c0) copyRows(this.extra, stateBytes, this.cFrom + at, rowBytes, rows, this.units);
    return true;
  }

  /** Writes the states of the block. */
  finish(): void {
    const rowBytes = this.rowBytes;
    const stateBytes = this.stateBytes;
    const at = this.first * rowBytes;
    copyRows(this.hTo + at, rowBytes, this.h, stateBytes, this.rows, this.units);
    if (this.c0) copyRows(this.cTo + at, rowBytes, this.extra, stateBytes, this.rows, this.units);
  }

  /** Goes to a row of the block at a step. Returns whether the step counts for the row: the mask is not false. */
  moveTo(row: i32, step: i32): bool {
    const sample = this.first + <usize>row;
    const start = sample * <usize>this.steps;
    const index =
      start + <usize>(this.options & Recurrence.Backwards ? this.steps - 1 - step : step);
    const place = start + <usize>step;
    this.step = step;
    this.sample = sample;
    this.index = index;
    this.place = place;
    this.zRow = this.z + <usize>row * this.zBytes;
    this.hRow = this.h + <usize>row * this.stateBytes;
    this.extraRow = this.extra + <usize>row * this.stateBytes;
    this.yRow = this.out + place * this.rowBytes;
    this.gatesRow = this.gates + index * this.gatesBytes;
    const mask = this.mask;
    return mask == 0 || load<u8>(mask + index) != 0;
  }

  /** z ← z + h·U, of the first `columns` columns. */
  multiply(columns: i32): void {
    multiplyRows(
      this.z,
      this.zBytes,
      this.h,
      this.stateBytes,
      this.packed,
      this.rows,
      columns,
      this.units,
    );
  }

  /** h ← h + z·Uᵀ, of the first `columns` columns. Where the gradient has vanished there is nothing to add. */
  multiplyBack(columns: i32): void {
    let row = 0;
    while (row < this.rows && isZeroRow(this.z + <usize>row * this.zBytes, columns)) row++;
    if (row == this.rows) return;
    multiplyRows(
      this.h,
      this.stateBytes,
      this.z,
      this.zBytes,
      this.packed,
      this.rows,
      this.units,
      columns,
    );
  }

  /** Keeps h before a step. */
  keepBefore(): void {
    if (this.before) copyRow(this.before + this.index * this.rowBytes, this.hRow, this.units);
  }

  /** Keeps c after a step. */
  keepAfter(): void {
    if (this.before && this.c0)
      copyRow(this.inner + this.place * this.rowBytes, this.extraRow, this.units);
  }

  /** Where the gates of the row are written: where they are kept, or else in the place of z. */
  gatesTo(): usize {
    return this.before ? this.gatesRow : this.zRow;
  }

  /** The output of a step that does not count. */
  stay(): void {
    if (this.options & Recurrence.ZeroOutput) clearRow(this.yRow, this.units);
    else copyRow(this.yRow, this.hRow, this.units);
  }

  /** The gradients of a step that does not count: that of such an output is added to that of h. */
  stayBack(): void {
    const columns = this.columns;
    const at = this.index * this.gatesBytes;
    if (!(this.options & Recurrence.ZeroOutput)) addRow(this.hRow, this.yRow, this.units);
    clearRow(this.zRow, columns);
    clearRow(this.dz + at, columns);
    if (this.dproduct) clearRow(this.dproduct + at, columns);
  }
}

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

  /** Gradients of x·W + b, in `dz`, and of h·U + d, in z (and `dproduct`); h keeps the part that goes through no product. */
  abstract back(w: Walk): void;

  /** What the gradient of `extra` adds to the gradients, on the way back. */
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

/** Bytes of the fields of a walk. */
const FIELDS: usize = (offsetof<Walk>() + 63) & ~63;

/** Bytes of a row of z: the product for the last gate alone may begin anywhere, and writes whole panels. */
function zRowBytes(columns: i32): usize {
  return panelRowBytes(columns) + NR_BYTES;
}

/** Bytes of scratch of one thread. */
export function walkBytes(units: i32, columns: i32): usize {
  const state = panelRowBytes(units);
  return apart(FIELDS + ROWS * (zRowBytes(columns) + 2 * state) + state);
}

/** The walk of a thread, at the beginning of its scratch. Tensors are 0. */
export function walkAt(
  scratch: usize,
  thread: i32,
  threads: i32,
  n: i32,
  steps: i32,
  units: i32,
  columns: i32,
): Walk {
  scratch += <usize>thread * walkBytes(units, columns);
  memory.fill(scratch, 0, FIELDS);
  const w = changetype<Walk>(scratch);
  w.steps = steps;
  w.units = units;
  w.columns = columns;
  w.next = shareBegin(n, thread, threads, MR);
  w.end = shareEnd(n, thread, threads, MR);
  w.together = rowsTogether(units, columns);
  w.gatesBytes = (<usize>columns) << 2;
  w.rowBytes = (<usize>units) << 2;
  w.zBytes = zRowBytes(columns);
  w.stateBytes = panelRowBytes(units);
  w.z = scratch + FIELDS;
  w.h = w.z + ROWS * w.zBytes;
  w.extra = w.h + ROWS * w.stateBytes;
  w.spare = w.extra + ROWS * w.stateBytes;
  return w;
}

/** Walks forward through the steps of this thread's rows. */
export function walkForward<C extends Cell>(w: Walk): void {
  const cell = changetype<C>(0);
  const units = w.units;
  const columns = w.columns - (cell.isTwice() ? units : 0);
  while (w.begin()) {
    const rows = w.rows;
    for (let step = 0; step < w.steps; step++) {
      for (let row = 0; row < rows; row++) {
        w.moveTo(row, step);
        cell.begin(w);
      }
      w.multiply(columns);
      if (cell.isTwice()) {
        for (let row = 0; row < rows; row++) {
          if (w.moveTo(row, step)) cell.between(w);
        }
        const last = w.z + ((<usize>columns) << 2);
        multiplyRows(last, w.zBytes, w.extra, w.stateBytes, w.packedLast, rows, units, units);
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
      for (let row = 0; row < rows; row++) {
        if (w.moveTo(row, step)) cell.back(w);
        else w.stayBack();
      }
      if (cell.isTwice()) {
        const last = w.z + ((<usize>columns) << 2);
        memory.fill(w.extra, 0, <usize>rows * w.stateBytes);
        multiplyRows(w.extra, w.stateBytes, last, w.zBytes, w.packedLast, rows, units, units);
        for (let row = 0; row < rows; row++) {
          if (w.moveTo(row, step)) cell.betweenBack(w);
        }
      }
      w.multiplyBack(columns);
    }
    w.finish();
  }
}
