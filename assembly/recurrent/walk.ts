// The walk through all steps of a recurrent layer, forward and back. Rows of the batch do not depend on each other, so a
// thread walks through all steps of its rows, a block of them at a time, and U stays in its caches. At each step
//
//   z ← x·W + b, or what the cell begins with      z ← z + h·U      gates and states, row by row
//
// and, for the GRU with the reset gate before the product, another product in between. What a cell computes in a row is in
// lstm.ts, gru.ts and simple.ts: a class that the walk takes as a type argument. The walk writes what the backward pass
// reads:
//
//   gates[steps, n, columns]        before[n, steps, units]: h before each step
//   inner: what else the cell keeps of a step, [n, steps, units] or [steps, n, units]
//
// What begins with n is in the order of x, but outputs and their gradients are in the order of the steps. What begins with
// steps is read and written by the walks alone: there the rows of a block at a step lie side by side, as processors expect.
// Where the mask is false, the states of a row stay, and the output is the state h, or 0.
//
// Scratch of one thread:
//
//   the fields of Walk │ z: ROWS × panels of columns and one │ h, extra: ROWS × panels of units │ spare: a row │
//   x: ROWS × inputs │ left operands of products, packed
import { Recurrence, RecurrentCell } from '../codes';
import { NR_BYTES, panelRowBytes } from '../gemm/pack';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { LINE, touch } from '../touch';
import { MR, RECURRENT_ROWS } from '../tuning';
import {
  addRow,
  addRows,
  clearRow,
  copyRow,
  copyRows,
  isZeroRow,
  leftScratchBytes,
  multiplyRows,
  rowsTogether,
} from './rows';

const ROWS: usize = RECURRENT_ROWS;

/** What a walk reads and writes, and where it is. The fields lie in the scratch of the thread. */
@unmanaged
export class Walk {
  cell: RecurrentCell;
  n: i32;
  steps: i32;
  /** Columns of x, or 0 if x·W is in its place. */
  inputs: i32;
  units: i32;
  columns: i32;
  options: i32;

  // Tensors; 0 for those that a cell does not have.
  /** Outputs [n, steps, units], or their gradients. The states after the last step follow. */
  out: usize;
  /** x[n, steps, inputs] or x·W[n, steps, columns]. */
  x: usize;
  /** 0 if nothing is saved. */
  gates: usize;
  before: usize;
  inner: usize;
  /** The gradient of x·W + b [n, steps, columns] and, if that of h·U + d is another one in the last gate, this gate's. */
  dz: usize;
  dlast: usize;
  /** c before the first step. */
  c0: usize;
  /** b and d. */
  bias: usize;
  stateBias: usize;
  mask: usize;
  /** Panels of W. */
  packedInput: usize;
  /** Panels of U, or of its transpose. A last gate with a product of its own has its panels in `packedLast`. */
  packed: usize;
  packedLast: usize;
  /** The states that the walk begins with, and where it writes those that it ends with. */
  hFrom: usize;
  cFrom: usize;
  hTo: usize;
  cTo: usize;

  // Bytes from row to row of x or x·W, of gates, of outputs, of z, and of h and extra.
  xBytes: usize;
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
  // How far it is, in what is saved, from a row of the batch to the next, and from step to step.
  savedSampleStride: usize;
  savedStepStride: usize;
  z: usize;
  h: usize;
  /** c of the LSTM; r · h of the GRU that multiplies it; or their gradients. */
  extra: usize;
  spare: usize;
  xs: usize;
  /** Left operands of products, packed. */
  left: usize;

  // A row of the block at a step.
  step: i32;
  /** The number of the row in the batch. */
  sample: usize;
  /** The number of the step among those of the whole batch, in the order of x, of the steps, and of what is saved. */
  index: usize;
  position: usize;
  savedIndex: usize;
  /** x·W, in z or where it was given. */
  inputRow: usize;
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
    memory.fill(this.xs, 0, ROWS * ((<usize>this.inputs) << 2));
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
    const position = start + <usize>step;
    this.step = step;
    this.sample = sample;
    this.index = index;
    this.position = position;
    this.savedIndex = sample * this.savedSampleStride + <usize>step * this.savedStepStride;
    this.zRow = this.z + <usize>row * this.zBytes;
    this.inputRow = this.inputs ? this.zRow : this.x + index * this.xBytes;
    this.hRow = this.h + <usize>row * this.stateBytes;
    this.extraRow = this.extra + <usize>row * this.stateBytes;
    this.yRow = this.out + position * this.rowBytes;
    this.gatesRow = this.gates ? this.gates + this.savedIndex * this.gatesBytes : this.zRow;
    const mask = this.mask;
    return mask == 0 || load<u8>(mask + index) != 0;
  }

  /** z ← x·W at a step, if it is not there already. */
  multiplyInput(step: i32): void {
    const inputs = this.inputs;
    if (inputs == 0) return;
    const rowBytes = (<usize>inputs) << 2;
    for (let row = 0; row < this.rows; row++) {
      this.moveTo(row, step);
      copyRow(this.xs + <usize>row * rowBytes, this.x + this.index * rowBytes, inputs);
    }
    multiplyRows(
      this.z,
      this.zBytes,
      this.xs,
      rowBytes,
      this.packedInput,
      this.rows,
      this.columns,
      inputs,
      false,
      this.left,
    );
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
      true,
      this.left,
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
      true,
      this.left,
    );
  }

  /** to[n] ← x·W + b, from column `first` on. */
  addBias(to: usize, first: i32, n: i32): void {
    const at = (<usize>first) << 2;
    const from = this.inputRow + at;
    if (this.bias) addRows(to, from, this.bias + at, n);
    else if (to != from) copyRow(to, from, n);
  }

  /** Keeps h before a step. */
  keepBefore(): void {
    if (this.before) copyRow(this.before + this.index * this.rowBytes, this.hRow, this.units);
  }

  /** tanh of c after a step, which is saved below c. */
  tanhsRow(): usize {
    const all = <usize>this.n * <usize>this.steps;
    return this.inner + (all + this.savedIndex) * this.rowBytes;
  }

  /** Keeps c after a step. */
  keepAfter(): void {
    if (this.before && this.c0)
      copyRow(this.inner + this.savedIndex * this.rowBytes, this.extraRow, this.units);
  }

  /** Reads a row in every line of the cache. */
  @inline
  touchRow(row: usize, bytes: usize): u32 {
    return touch(row, row + bytes, LINE);
  }

  /** `inner` of such a cell at a step that does not count: a product with the gradient, which is 0 there. */
  leaveInner(): void {
    if (this.before) clearRow(this.inner + this.index * this.rowBytes, this.units);
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
    if (this.dlast) clearRow(this.dlast + this.index * this.rowBytes, this.units);
  }
}

/** Bytes of the fields of a walk. */
const FIELDS: usize = (offsetof<Walk>() + 63) & ~63;

/** Bytes of a row of z: the product for the last gate alone may begin anywhere, and writes whole panels. */
function zRowBytes(columns: i32): usize {
  return panelRowBytes(columns) + NR_BYTES;
}

/** Bytes of scratch of one thread. */
export function walkBytes(inputs: i32, units: i32, columns: i32): usize {
  const state = panelRowBytes(units);
  const ofRow = zRowBytes(columns) + 2 * state + ((<usize>inputs) << 2);
  const left = leftScratchBytes(max(inputs, max(units, columns)));
  return scratchStride(FIELDS + ROWS * ofRow + state + left);
}

/** The walk of a thread, at the beginning of its scratch. Tensors are 0. */
export function walkAt(
  scratch: usize,
  thread: i32,
  threads: i32,
  n: i32,
  steps: i32,
  inputs: i32,
  units: i32,
  columns: i32,
): Walk {
  scratch += <usize>thread * walkBytes(inputs, units, columns);
  memory.fill(scratch, 0, FIELDS);
  const w = changetype<Walk>(scratch);
  w.n = n;
  w.steps = steps;
  w.inputs = inputs;
  w.units = units;
  w.columns = columns;
  w.next = shareBegin(n, thread, threads, MR);
  w.end = shareEnd(n, thread, threads, MR);
  w.together = rowsTogether(units, columns);
  // Many rows at a time: those of a step side by side. Few rows: each goes on where it was.
  const isByStep = w.together == RECURRENT_ROWS;
  w.savedSampleStride = isByStep ? 1 : <usize>steps;
  w.savedStepStride = isByStep ? <usize>n : 1;
  w.xBytes = (<usize>(inputs || columns)) << 2;
  w.gatesBytes = (<usize>columns) << 2;
  w.rowBytes = (<usize>units) << 2;
  w.zBytes = zRowBytes(columns);
  w.stateBytes = panelRowBytes(units);
  w.z = scratch + FIELDS;
  w.h = w.z + ROWS * w.zBytes;
  w.extra = w.h + ROWS * w.stateBytes;
  w.spare = w.extra + ROWS * w.stateBytes;
  w.xs = w.spare + w.stateBytes;
  w.left = w.xs + ROWS * ((<usize>inputs) << 2);
  return w;
}
