// Gradients of the kernels of recurrent layers. Their kernel is in assembly/recurrent/weights.ts.
import { emptyTensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { recurrentRuntime } from './recurrent-walk.js';

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
