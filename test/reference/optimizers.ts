// One step of each optimizer on one weight, float64: the update rules of Keras 3.

export interface SgdState {
  w: number;
  velocity: number;
}

export interface SgdConfig {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

export function sgdStep(state: SgdState, g: number, config: SgdConfig): SgdState {
  const { learningRate, momentum, nesterov } = config;
  if (momentum === 0) return { w: state.w - learningRate * g, velocity: 0 };
  const velocity = momentum * state.velocity - learningRate * g;
  const step = nesterov ? momentum * velocity - learningRate * g : velocity;
  return { w: state.w + step, velocity };
}

export interface RmspropState {
  w: number;
  meanSquare: number;
  meanGradient: number;
  momentumBuffer: number;
}

export interface RmspropConfig {
  readonly learningRate: number;
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
}

export function rmspropStep(state: RmspropState, g: number, config: RmspropConfig): RmspropState {
  const { learningRate, rho, momentum, epsilon, centered } = config;
  const meanSquare = rho * state.meanSquare + (1 - rho) * g ** 2;
  const meanGradient = centered ? rho * state.meanGradient + (1 - rho) * g : 0;
  const increment = (learningRate * g) / Math.sqrt(meanSquare - meanGradient ** 2 + epsilon);
  const momentumBuffer = momentum > 0 ? momentum * state.momentumBuffer + increment : 0;
  const w = state.w - (momentum > 0 ? momentumBuffer : increment);
  return { w, meanSquare, meanGradient, momentumBuffer };
}
