// Random functional models, with what a float64 reference computes.
import { convolutionMoves } from './graph-convolutions.js';
import { layerMoves } from './graph-layers.js';
import { operationMoves } from './graph-operations.js';
import { paddedInput, recurrentMoves, wholeNumbers } from './graph-recurrent.js';
import { Randomness, RandomGraph } from './random-graph.js';
import type { RandomModel, Weights } from './random-graph.js';

const moves = [...layerMoves, ...convolutionMoves, ...operationMoves, ...recurrentMoves];

export interface Case extends RandomModel {
  readonly weights: Weights;
  readonly owned: readonly { dispose(): void }[];
}

/** The random model of a seed. */
export function randomModel(seed: number): Case {
  const random = new Randomness(seed);
  const weights: Weights = new Map();
  const owned: { dispose(): void }[] = [];
  const graph = new RandomGraph(random, weights, owned, moves, 2);
  const batch = random.whole(2, 3);
  for (let i = random.whole(1, 3); i > 0; i--) {
    const sample = Array.from({ length: random.whole(1, 3) }, () => random.whole(1, 4));
    graph.input(random.array([batch, ...sample]));
  }
  if (random.is(0.3)) graph.input(paddedInput(random, batch), 'padded');
  if (random.is(0.2)) graph.input(wholeNumbers(random, batch), 'ids');
  graph.grow(random.whole(2, 10));
  return { ...graph.finish(), weights, owned };
}
