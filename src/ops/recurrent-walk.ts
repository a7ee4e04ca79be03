// What the recurrent operations and their cells share: sizes, operands, and what a cell does with them.
import { currentRuntime } from '../runtime/index.js';
import type { Runtime } from '../runtime/index.js';
import type { Tensor } from '../tensor/index.js';
import { recurrent } from '../wasm/generated/recurrent.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { PackedMatrix } from './packed-matrix.js';

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

/** What the fused kernel of a cell walks through. */
export interface ForwardCall {
  readonly walk: Walk;
  readonly operands: Operands;
  readonly mask: Tensor | null;
  /** x·kernel + bias [n·steps, gates·units], in whose place the gates are written. */
  readonly gates: Tensor;
  /** Gets outputs [n·steps, units] and states [n, units], one below the other. */
  readonly out: Tensor;
  /** Whether there may be a way back. */
  readonly isKept: boolean;
}

/** What the fused kernel of a cell walks back through. */
export interface BackwardCall extends Omit<ForwardCall, 'out' | 'isKept'> {
  /** What `forward` returned. */
  readonly kept: readonly Tensor[];
  /** The gradient of `out`. */
  readonly dout: Tensor;
}

/** Gradients that a walk back gives. */
export interface WalkedBack {
  /** The gradient of x·kernel + bias, [n·steps, gates·units]. */
  readonly dz: Tensor;
  /** Gradients of the states before the first step, one below the other. */
  readonly dstates: Tensor;
  /** Gradients of the kernel, by x[n·steps, inputs], and of the recurrent kernel. */
  readonly kernels: (x: Tensor) => [kernel: Tensor, recurrentKernel: Tensor];
  /** The gradient of the bias. */
  readonly bias: () => Tensor;
}

/** A recurrent cell: its fused kernels, and one step of it in operations. */
export interface Cell {
  /** Columns of the kernels for each unit. */
  readonly gates: number;
  /** Rows of the bias. */
  readonly biases: 1 | 2;
  /** A sum of `Recurrence` that the cell adds. */
  readonly flags: number;
  /** Walks through the steps. Returns what the way back needs beside the gates. */
  forward(call: ForwardCall): Tensor[];
  backward(call: BackwardCall): WalkedBack;
  /** States after a step, the first of which is the output: z[n, gates·units] is x·kernel + bias at that step. */
  step(z: Tensor, states: readonly Tensor[], operands: Operands): Tensor[];
}

/** The runtime with the kernels of recurrent layers. */
export function recurrentRuntime(): Runtime {
  return currentRuntime().with(recurrent);
}

/** Runs `use` with the panels of the recurrent kernel [units, gates·units] or, if `transposed`, of its transpose. */
export function withRecurrentPanels(
  { recurrentKernel }: Operands,
  transposed: boolean,
  use: (panels: Pointer) => void,
): void {
  const [units = 0, columns = 0] = recurrentKernel.shape;
  const [k, n] = transposed ? [columns, units] : [units, columns];
  const { pointer } = recurrentKernel;
  PackedMatrix.of(recurrentKernel, { pointer, k, n, transposed }).withPanels(use);
}
