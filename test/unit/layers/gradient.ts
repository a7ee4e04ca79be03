import { differentiate } from '../../../src/engine/ops/control/grad.js';
import { zeros } from '../../../src/engine/tensor/create.js';
import { tidy } from '../../../src/engine/tensor/scope.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';

/** The gradient of the scalar f(x) with respect to x; zeros if it does not depend on x. */
export function gradientOf(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return tidy(() => {
    const [gradient] = differentiate('test', () => f(x), [x]).gradients;
    return gradient ?? zeros(x.shape);
  });
}
