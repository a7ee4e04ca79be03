// What the recurrent operations and their cells share: sizes, operands, what a cell is, and the calls of the kernels in
// assembly/recurrent/.
import type { RecurrentCell } from '../../assembly/codes.js';
import { currentRuntime } from '../runtime/index.js';
import type { Runtime } from '../runtime/index.js';
import { emptyTensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { recurrent } from '../wasm/generated/recurrent.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { PackedMatrix } from './packed-matrix.js';
import { slice } from './slice.js';
import { sum } from './sum.js';

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
  /** x·kernel + bias [n·steps, gates·units], in whose place the gates are written. */
  readonly gates: Tensor;
}

/** Gradients that a walk back gives, and what the gradients of the weights need. */
export interface WalkedBack {
  /** The gates [n·steps, gates·units]. */
  readonly gates: Tensor;
  /** h before each step [n·steps, units]. */
  readonly before: Tensor;
  /** The gradient of x·kernel + bias, [n·steps, gates·units]. */
  readonly dz: Tensor;
  /** The gradient of h·recurrentKernel + bias: `dz`, if the cell has one bias. */
  readonly dproduct: Tensor;
  /** Gradients of the states before the first step, one below the other. */
  readonly dstates: Tensor;
}

/** Panels of a recurrent kernel or its transpose. `last` are those of the last gate if they are apart, else 0. */
export type UsePanels = (panels: Pointer, last: Pointer) => void;

/** A recurrent cell: what distinguishes its walk, and one step of it in operations. */
export interface Cell {
  readonly code: RecurrentCell;
  /** Columns of the kernels for each unit. */
  readonly gates: number;
  /** Rows of the bias. With two, the gradients of x·kernel and h·recurrentKernel are not the same. */
  readonly biases: 1 | 2;
  /** Whether a walk keeps another row of units for each step beside h. */
  readonly keepsInner: boolean;
  /** Runs `use` with the panels of the recurrent kernel or, if `transposed`, of its transpose. */
  withPanels(recurrentKernel: Tensor, transposed: boolean, use: UsePanels): void;
  /** Gradients of the kernel, by x[n·steps, inputs], and of the recurrent kernel. */
  kernels(x: Tensor, back: WalkedBack): [kernel: Tensor, recurrentKernel: Tensor];
  /** The gradient of the bias. */
  bias(back: WalkedBack): Tensor;
  /** States after a step, the first of which is the output: z[n, gates·units] is x·kernel + bias at that step. */
  step(z: Tensor, states: readonly Tensor[], operands: Operands): Tensor[];
}

/** What most cells do: one product at a step, one bias, nothing kept beside h. */
export const oneProduct = {
  biases: 1,
  keepsInner: false,
  withPanels(recurrentKernel, transposed, use) {
    const [units = 0, columns = 0] = recurrentKernel.shape;
    const [k, n] = transposed ? [columns, units] : [units, columns];
    const { pointer } = recurrentKernel;
    PackedMatrix.of(recurrentKernel, { pointer, k, n, transposed }).withPanels((panels) => {
      use(panels, 0);
    });
  },
  kernels: (x, { before, dz }) => sumOuterProducts(x, before, dz),
  bias: ({ dz }) => sum(dz, 0),
} as const satisfies Omit<Cell, 'code' | 'gates' | 'step'>;

/** The runtime with the kernels of recurrent layers. */
export function recurrentRuntime(): Runtime {
  return currentRuntime().with(recurrent);
}

/**
 * Walks through the steps. `out` gets the outputs [n·steps, units] and the states [n, units], one below the other. If
 * `isKept`, writes the gates, and returns h before each step [n·steps, units], with what the cell keeps beside it below.
 */
export function walkForward(
  cell: Cell,
  { walk, operands, mask, gates }: Given,
  out: Tensor,
  isKept: boolean,
): Tensor | undefined {
  const { n, steps, units, flags } = walk;
  const { states, recurrentKernel, bias } = operands;
  const columns = cell.gates * units;
  const kept = isKept
    ? emptyTensor([(cell.keepsInner ? 2 : 1) * n * steps, units], 'float32')
    : undefined;
  const [h0, c0] = states;
  const ofState = bias !== null && cell.biases === 2 ? bias.pointer + columns * 4 : 0;
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.recurrentScratchBytes(units, columns, runtime.threads)); // prettier-ignore
  cell.withPanels(recurrentKernel, false, (panels, last) => {
    runtime.run(
      'recurrentForward',
      out.pointer,
      gates.pointer,
      kept?.pointer ?? 0,
      h0?.pointer ?? 0,
      c0?.pointer ?? 0,
      panels,
      last,
      ofState,
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
  return kept;
}

/** Walks back through the steps. `kept` is what `walkForward` returned, `dout` the gradient of its `out`. */
export function walkBack(
  cell: Cell,
  { walk, operands, mask, gates }: Given,
  kept: Tensor,
  dout: Tensor,
): WalkedBack {
  const { n, steps, units, flags } = walk;
  const [rows, columns] = [n * steps, cell.gates * units];
  const dz = emptyTensor([cell.biases * rows, columns], 'float32');
  const dstates = emptyTensor([operands.states.length * n, units], 'float32');
  const [, c0] = operands.states;
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.recurrentScratchBytes(units, columns, runtime.threads)); // prettier-ignore
  cell.withPanels(operands.recurrentKernel, true, (panels, last) => {
    runtime.run(
      'recurrentBackward',
      dz.pointer,
      dstates.pointer,
      dout.pointer,
      gates.pointer,
      kept.pointer,
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
  return {
    gates,
    before: slice(kept, [0, rows]),
    dz: slice(dz, [0, rows]),
    dproduct: slice(dz, [(cell.biases - 1) * rows, cell.biases * rows]),
    dstates,
  };
}

/** Aᵀ · B and A2ᵀ · B for a[k, m], a2[k, m2] and b[k, n]: the sums over all rows and steps. Records nothing. */
export function sumOuterProducts(a: Tensor, a2: Tensor | undefined, b: Tensor): [Tensor, Tensor] {
  const [k = 0, n = 0] = b.shape;
  const [m, m2] = [a.shape[1] ?? 0, a2?.shape[1] ?? 0];
  const [c, c2] = [emptyTensor([m, n], 'float32'), emptyTensor([m2, n], 'float32')];
  const runtime = recurrentRuntime();
  const scratch = runtime.workspace(runtime.kernels.outerProductsScratchBytes(runtime.threads));
  runtime.run(
    'sumOuterProducts',
    c.pointer,
    c2.pointer,
    a.pointer,
    a2?.pointer ?? 0,
    b.pointer,
    m,
    m2,
    n,
    k,
    scratch,
  );
  return [c, c2];
}
