/** Keras's RMSprop without momentum, uncentred: one slot a variable. */
export interface RmspropOptions {
  readonly learningRate: number;
  readonly rho: number;
  readonly epsilon: number;
}

/** Keras's defaults. */
export const rmspropDefaults: RmspropOptions = { learningRate: 0.001, rho: 0.9, epsilon: 1e-7 };

/** v ← ρ v + (1 − ρ) g²;  w ← w − η g / √(v + ε). */
export function rmsprop(
  w: Float32Array,
  g: Float32Array,
  v: Float32Array,
  { learningRate, rho, epsilon }: RmspropOptions,
): void {
  for (let i = 0; i < w.length; i++) {
    const gradient = g[i]!;
    const meanSquare = rho * v[i]! + (1 - rho) * gradient * gradient;
    v[i] = meanSquare;
    w[i]! -= (learningRate * gradient) / Math.sqrt(meanSquare + epsilon);
  }
}
