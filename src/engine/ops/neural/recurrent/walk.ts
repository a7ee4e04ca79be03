// What the recurrent operations and their cells share: sizes, operands, what a cell is, and the calls of the kernels in
// assembly/recurrent/.
import type { RecurrentCell } from '../../../../../assembly/codes.js';
import {
  RECURRENT_INPUT_BYTES,
  RECURRENT_INPUT_ROWS,
  RECURRENT_SMALL_BYTES,
} from '../../../../../assembly/tuning.js';
import { currentRuntime } from '../../../runtime/index.js';
import type { WorkingRuntime } from '../../../runtime/index.js';
import { emptyTensor } from '../../../tensor/index.js';
import type { Tensor } from '../../../tensor/index.js';
import { recurrent } from '../../../wasm/generated/recurrent.js';
import type { Pointer } from '../../../wasm/generated/kernels.js';
import { gemm, isForTiles } from '../../linalg/products/gemm.js';
import { PackedMatrix } from '../../linalg/products/packed-matrix.js';
import { reshape } from '../../shapes/reshape.js';
import { slice } from '../../indexing/slice.js';
import { sum } from '../../reductions/sum.js';

/** Sizes of a walk through the steps. */
export interface Walk {
  /** The operation, for messages. */
  readonly op: string;
  /** Rows of the batch. */
  readonly n: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
  /** A sum of `Recurrence`. */
  readonly flags: number;
}

/** Tensors that a recurrent operation is differentiable in. */
export interface Operands {
  /** [n, steps, inputs] */
  readonly x: Tensor;
  /** [n, units] each: h, and c if the cell has it. */
  readonly states: readonly Tensor[];
  /** [inputs, gates·units] */
  readonly kernel: Tensor;
  /** [units, gates·units] */
  readonly recurrentKernel: Tensor;
  readonly bias: Tensor | null;
}

/** What a walk through the steps is given, forward and back. */
export interface Given {
  readonly walk: Walk;
  readonly operands: Operands;
  readonly mask: Tensor | null;
}

/** What a walk forward saves for the backward pass. */
export interface SavedSteps {
  /** The gates [n·steps, gates·units], in an order of the walk's own. */
  readonly gates: Tensor;
  /** h before each step [n·steps, units]. What the cell saves in addition is below. */
  readonly rows: Tensor;
}

/** Gradients that a walk back gives, and what the gradients of the weights need. */
export interface WalkedBack {
  /** h before each step [n·steps, units]. */
  readonly before: Tensor;
  /** What the cell saves in addition. */
  readonly inner: Tensor;
  /** The gradient of x·kernel + bias, [n·steps, gates·units]. */
  readonly dz: Tensor;
  /** The gradient of the last gate of h·recurrentKernel + bias, where dz has another one: [n·steps, units], else no rows. */
  readonly dlast: Tensor;
  /** Gradients of the states before the first step, one below the other. */
  readonly dstates: Tensor;
}

/** Panels of a recurrent kernel or its transpose. `last` are those of the last gate if they are separate, else 0. */
export type UsePanels = (panels: Pointer, last: Pointer) => void;

/** A recurrent cell: what distinguishes its walk, and one step of it in operations. */
export interface Cell {
  readonly code: RecurrentCell;
  /** Columns of the kernels for each unit. */
  readonly gates: number;
  /** Rows of the bias. With two, the gradients of x·kernel and h·recurrentKernel are not the same in the last gate. */
  readonly biases: 1 | 2;
  /** Rows of units that a walk keeps of each step in addition to h. */
  readonly inner: 0 | 1 | 2;
  /** Runs `use` with the panels of the recurrent kernel or, if `transposed`, of its transpose. */
  withPanels(recurrentKernel: Tensor, transposed: boolean, use: UsePanels): void;
  /** Gradients of the kernel, by x[n·steps, inputs], and of the recurrent kernel. */
  kernels(x: Tensor, back: WalkedBack): [kernel: Tensor, recurrentKernel: Tensor];
  /** The gradient of the bias. */
  bias(back: WalkedBack): Tensor;
  /** States after a step, the first of which is the output: z[n, gates·units] is x·kernel + bias at that step. */
  step(z: Tensor, states: readonly Tensor[], operands: Operands): Tensor[];
}

/** What most cells do: one product at a step, one bias, nothing saved in addition to h. */
export const oneProduct = {
  biases: 1,
  inner: 0,
  withPanels(recurrentKernel, transposed, use) {
    const [units = 0, columns = 0] = recurrentKernel.shape;
    const [k, n] = transposed ? [columns, units] : [units, columns];
    const { pointer } = recurrentKernel;
    const matrix = PackedMatrix.of(recurrentKernel, { pointer, k, n, transposed });
    matrix.meet();
    matrix.withPanels((panels) => {
      use(panels, 0);
    });
  },
  kernels: (x, { before, dz }) => sumOuterProducts(x, before, dz),
  bias: ({ dz }) => sum(dz, 0),
} as const satisfies Omit<Cell, 'code' | 'gates' | 'step'>;

/** The runtime with the kernels of recurrent layers. */
export function recurrentRuntime(): WorkingRuntime {
  return currentRuntime().with(recurrent);
}

/**
 * Walks through the steps. `out` gets the outputs [n·steps, units] and the states [n, units], one below the other.
 *
 * @returns what the backward pass reads, if `isSaved`
 */
export function walkForward(
  cell: Cell,
  { walk, operands, mask }: Given,
  out: Tensor,
  isSaved: boolean,
): SavedSteps | undefined {
  const { n, steps, units, flags } = walk;
  const { states, recurrentKernel, bias } = operands;
  const [rows, columns] = [n * steps, cell.gates * units];
  const saved = isSaved
    ? {
        gates: emptyTensor([rows, columns], 'float32'),
        rows: emptyTensor([(1 + cell.inner) * rows, units], 'float32'),
      }
    : undefined;
  const [h0, c0] = states;
  const ofState = bias !== null && cell.biases === 2 ? bias.pointer + columns * 4 : 0;
  const runtime = recurrentRuntime();
  withInput(walk, operands, columns, (x, inputPanels, inputs) => {
    const scratch = runtime.workspace(runtime.kernels.recurrentScratchBytes(inputs, units, columns, runtime.threads)); // prettier-ignore
    cell.withPanels(recurrentKernel, false, (panels, last) => {
      runtime.run(
        'recurrentForward',
        out.pointer,
        saved?.gates.pointer ?? 0,
        saved?.rows.pointer ?? 0,
        x,
        h0?.pointer ?? 0,
        c0?.pointer ?? 0,
        inputPanels,
        panels,
        last,
        bias?.pointer ?? 0,
        ofState,
        mask?.pointer ?? 0,
        n,
        steps,
        inputs,
        units,
        columns,
        cell.code,
        flags,
        scratch,
      );
    });
  });
  return saved;
}

/**
 * Runs `use` with x, the panels of the kernel and the number of columns of x; or, where x·kernel is better computed
 * beforehand, with that product, no panels and 0: where x has many zeros, where rows are so few that most of a tile would
 * be empty, and where the kernel would push the recurrent kernel out of the caches.
 */
function withInput(
  { n, steps, units, inputs }: Walk,
  { x, kernel }: Operands,
  columns: number,
  use: (x: Pointer, panels: Pointer, inputs: number) => void,
): void {
  const runtime = recurrentRuntime();
  const isSmall =
    inputs * columns * 4 <= RECURRENT_INPUT_BYTES && units * columns * 4 > RECURRENT_SMALL_BYTES;
  const product = { c: 0, a: x.pointer, b: kernel, m: n * steps, n: columns, k: inputs };
  if (inputs > 0 && isSmall && n >= RECURRENT_INPUT_ROWS && isForTiles(product)) {
    // Not by `PackedMatrix`: making room for the panels of the recurrent kernel may give up panels that are kept.
    runtime.withScratch(runtime.kernels.gemmPackedBytes(inputs, columns), (panels) => {
      runtime.run('gemmPackB', panels, kernel.pointer, inputs, columns, columns, 0);
      use(x.pointer, panels, inputs);
    });
    return;
  }
  const products = emptyTensor([n * steps, columns], 'float32');
  gemm({ ...product, c: products.pointer });
  use(products.pointer, 0, 0);
  products.dispose();
}

/** Walks back through the steps. `saved` is what `walkForward` returned, `dout` the gradient of its `out`. */
export function walkBack(
  cell: Cell,
  { walk, operands, mask }: Given,
  saved: SavedSteps,
  dout: Tensor,
): WalkedBack {
  const { n, steps, units, flags } = walk;
  const [rows, columns] = [n * steps, cell.gates * units];
  const hasLast = cell.biases === 2;
  const gradients = emptyTensor([rows * (columns + (hasLast ? units : 0))], 'float32');
  const dstates = emptyTensor([operands.states.length * n, units], 'float32');
  const [, c0] = operands.states;
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.recurrentScratchBytes(0, units, columns, runtime.threads)); // prettier-ignore
  cell.withPanels(operands.recurrentKernel, true, (panels, last) => {
    runtime.run(
      'recurrentBackward',
      gradients.pointer,
      dstates.pointer,
      dout.pointer,
      saved.gates.pointer,
      saved.rows.pointer,
      c0?.pointer ?? 0,
      panels,
      last,
      mask?.pointer ?? 0,
      n,
      steps,
      units,
      columns,
      cell.code,
      flags,
      scratch,
    );
  });
  const columnsFrom = (start: number, width: number): Tensor =>
    reshape(slice(gradients, [start, start + rows * width]), [rows, width]);
  return {
    before: slice(saved.rows, [0, rows]),
    inner: slice(saved.rows, [rows, saved.rows.shape[0] ?? 0]),
    dz: columnsFrom(0, columns),
    dlast: columnsFrom(rows * columns, hasLast ? units : 0),
    dstates,
  };
}

/** The sum over all rows and steps Aᵀ · B of a[k, m] and b[k, n]. */
export interface OuterProduct {
  readonly a: Tensor;
  readonly b: Tensor;
}

/**
 * The gradients of the kernels: xᵀ · dz and beforeᵀ · dz, but for the last columns of the second one, which are `last` if that is
 * given. Records nothing.
 */
export function sumOuterProducts(
  x: Tensor,
  before: Tensor,
  dz: Tensor,
  last?: OuterProduct & { readonly columns: number; readonly start: number },
): [kernel: Tensor, recurrentKernel: Tensor] {
  const [k = 0, n = 0] = dz.shape;
  const [m, m2] = [x.shape[1] ?? 0, before.shape[1] ?? 0];
  const kernel = emptyTensor([m, n], 'float32');
  const recurrentKernel = emptyTensor([m2, n], 'float32');
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.outerProductsScratchBytes(runtime.threads));
  runtime.run(
    'sumOuterProducts',
    kernel.pointer,
    recurrentKernel.pointer,
    x.pointer,
    before.pointer,
    last?.a.pointer ?? 0,
    dz.pointer,
    last === undefined ? 0 : last.b.pointer + last.start * 4,
    m,
    m2,
    n,
    last?.columns ?? 0,
    k,
    n,
    last?.b.shape[1] ?? 0,
    n,
    scratch,
  );
  return [kernel, recurrentKernel];
}
