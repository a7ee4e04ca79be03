// Two functions for comparing searches, with their ranges (Surjanovic, Bingham: Virtual Library of Simulation Experiments).
import type { HyperParameters } from 'lanegrad/tuner';

/** Branin: three minima of 0.397887. */
export function branin(hp: HyperParameters): number {
  const x = hp.float('x', { min: -5, max: 10 });
  const y = hp.float('y', { min: 0, max: 15 });
  const [b, c, t] = [5.1 / (4 * Math.PI ** 2), 5 / Math.PI, 1 / (8 * Math.PI)];
  return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - t) * Math.cos(x) + 10;
}

const ALPHA = [1, 1.2, 3, 3.2];
const A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];

/** Hartmann with six dimensions: a minimum of −3.32237. */
export function hartmann(hp: HyperParameters): number {
  const x = Array.from({ length: 6 }, (_, i) => hp.float(`x${i}`, { min: 0, max: 1 }));
  const terms = ALPHA.map((alpha, i) => {
    const squares = x.map((xj, j) => (A[i]?.[j] ?? 0) * (xj - 1e-4 * (P[i]?.[j] ?? 0)) ** 2);
    return alpha * Math.exp(-squares.reduce((sum, one) => sum + one, 0));
  });
  return -terms.reduce((sum, one) => sum + one, 0);
}
