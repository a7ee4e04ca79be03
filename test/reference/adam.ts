// One step of Adam on one weight, float64: the update rule of Keras 3.

export interface AdamState {
  readonly w: number;
  readonly mean: number;
  readonly meanSquare: number;
  readonly largest: number;
}

export interface AdamConfig {
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
}

export function adamStep(state: AdamState, g: number, config: AdamConfig): AdamState {
  const { stepSize, beta1, beta2, epsilon, amsgrad } = config;
  const mean = beta1 * state.mean + (1 - beta1) * g;
  const meanSquare = beta2 * state.meanSquare + (1 - beta2) * g ** 2;
  const largest = Math.max(state.largest, meanSquare);
  const root = Math.sqrt(amsgrad ? largest : meanSquare);
  return { w: state.w - (stepSize * mean) / (root + epsilon), mean, meanSquare, largest };
}
