// One step of an optimizer on one weight, float64: the update rules of Keras 3. A state is the weight followed by
// its slots, in the order in which the kernels take them; t counts the steps from 1.

/** [w, slots …] → [w, slots …] for a gradient g at step t. */
export type UpdateRule = (state: readonly number[], g: number, t: number) => number[];

export interface MomentsConfig {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** State [w, m, u]. */
export function adamaxRule({ learningRate, beta1, beta2, epsilon }: MomentsConfig): UpdateRule {
  return ([w = 0, m = 0, u = 0], g, t) => {
    const mean = beta1 * m + (1 - beta1) * g;
    const norm = Math.max(beta2 * u, Math.abs(g));
    return [w - (learningRate * mean) / ((1 - beta1 ** t) * (norm + epsilon)), mean, norm];
  };
}

/** State [w, m, v]. */
export function nadamRule({ learningRate, beta1, beta2, epsilon }: MomentsConfig): UpdateRule {
  const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** t);
  return ([w = 0, m = 0, v = 0], g, t) => {
    let product = 1;
    for (let i = 1; i <= t; i++) product *= momentum(i);
    const mean = beta1 * m + (1 - beta1) * g;
    const meanSquare = beta2 * v + (1 - beta2) * g ** 2;
    const next = momentum(t + 1);
    const ahead = (next * mean) / (1 - product * next) + ((1 - momentum(t)) * g) / (1 - product);
    const root = Math.sqrt(meanSquare / (1 - beta2 ** t));
    return [w - (learningRate * ahead) / (root + epsilon), mean, meanSquare];
  };
}

/** State [w, a]. */
export function adagradRule(config: {
  readonly learningRate: number;
  readonly epsilon: number;
}): UpdateRule {
  return ([w = 0, a = 0], g) => {
    const sum = a + g ** 2;
    return [w - (config.learningRate * g) / Math.sqrt(sum + config.epsilon), sum];
  };
}

/** State [w, v, u]: mean squares of gradients and of steps. */
export function adadeltaRule(config: {
  readonly learningRate: number;
  readonly rho: number;
  readonly epsilon: number;
}): UpdateRule {
  const { learningRate, rho, epsilon } = config;
  return ([w = 0, v = 0, u = 0], g) => {
    const meanSquare = rho * v + (1 - rho) * g ** 2;
    const step = (-Math.sqrt(u + epsilon) * g) / Math.sqrt(meanSquare + epsilon);
    return [w + learningRate * step, meanSquare, rho * u + (1 - rho) * step ** 2];
  };
}

/** State [w, m]. */
export function lionRule(config: {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
}): UpdateRule {
  const { learningRate, beta1, beta2 } = config;
  return ([w = 0, m = 0], g) => [
    w - learningRate * Math.sign(beta1 * m + (1 - beta1) * g),
    beta2 * m + (1 - beta2) * g,
  ];
}

export interface FtrlConfig {
  readonly learningRate: number;
  readonly learningRatePower: number;
  readonly l1: number;
  readonly l2: number;
  readonly shrinkage: number;
  readonly beta: number;
}

/** State [w, n, z]. */
export function ftrlRule(config: FtrlConfig): UpdateRule {
  const { learningRate, learningRatePower, l1, l2, shrinkage, beta } = config;
  return ([w = 0, n = 0, z = 0], g) => {
    const sum = n + g ** 2;
    const [after, before] = [sum ** -learningRatePower, n ** -learningRatePower];
    const linear = z + g + 2 * shrinkage * w - ((after - before) / learningRate) * w;
    const quadratic = after / learningRate + 2 * (l2 + beta / (2 * learningRate));
    const clipped = Math.min(Math.max(linear, -l1), l1);
    return [clipped === linear ? 0 : (clipped - linear) / quadratic, sum, linear];
  };
}

/** State [w, z, v], of z as it begins at w. */
export function scheduleFreeRule({
  learningRate,
  beta1,
  beta2,
  epsilon,
  warmupSteps,
}: MomentsConfig & { readonly warmupSteps: number }): UpdateRule {
  return ([w = 0, z = 0, v = 0], g, t) => {
    const meanSquare = beta2 * v + (1 - beta2) * g ** 2;
    const rate = learningRate * Math.min(1, t / warmupSteps);
    const moved = z - (rate * g) / (Math.sqrt(meanSquare / (1 - beta2 ** t)) + epsilon);
    const mean = (w - (1 - beta1) * z) / beta1;
    const next = mean + (moved - mean) / t;
    return [(1 - beta1) * moved + beta1 * next, moved, meanSquare];
  };
}
