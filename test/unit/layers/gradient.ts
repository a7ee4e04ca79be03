import { differentiate } from '../../../src/ops/grad.js';
import { zeros } from '../../../src/tensor/create.js';
import { tidy } from '../../../src/tensor/scope.js';
import type { Tensor } from '../../../src/tensor/tensor.js';

/** The gradient of the scalar f(x) with respect to x; zeros if it does not depend on x. */
export function gradientOf(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return tidy(() => {
    const [gradient] = differentiate('test', () => f(x), [x]).gradients;
    return gradient ?? zeros(x.shape);
  });
}
