// Room for steps that are still to come: elements are written in place, which no operation does.
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, sizeOf } from '../../tensor/index.js';
import type { Shape, Tensor } from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';

/** Bytes of one step of one sequence. */
function stepBytes({ shape, dtype }: Tensor): number {
  return sizeOf(shape.slice(2)) * bytesOf(dtype);
}

/** Writes x [batch or 1, steps, …] into room [batch, more steps, …], from that step on. */
export function writeSteps(room: Tensor, x: Tensor, step: number): void {
  const { uint8 } = currentRuntime();
  const [batch = 0, most = 0] = room.shape;
  const bytes = stepBytes(room);
  const [given = 0, steps = 0] = x.shape;
  for (let row = 0; row < batch; row++) {
    const from = x.pointer + (given === 1 ? 0 : row) * steps * bytes;
    uint8.copyWithin(room.pointer + (row * most + step) * bytes, from, from + steps * bytes);
  }
  room.storage.touch();
}

/** The first steps of room [batch, more steps, …]: a view where they lie side by side. */
export function firstSteps(room: Tensor, steps: number): Tensor {
  const [batch = 0, most = 0] = room.shape;
  const shape: Shape = room.shape.with(1, steps);
  if (batch === 1 || steps === most) return room.view(shape);
  const out = emptyTensor(shape, room.dtype);
  const { uint8 } = currentRuntime();
  const bytes = stepBytes(room);
  for (let row = 0; row < batch; row++) {
    const from = room.pointer + row * most * bytes;
    uint8.copyWithin(out.pointer + row * steps * bytes, from, from + steps * bytes);
  }
  return out;
}
