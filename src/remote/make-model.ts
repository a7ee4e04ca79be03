import { modelFromJSON } from '../models/index.js';
import type { Model } from '../models/index.js';
import type { Parts } from './parts.js';
import type { WireCompile, WireModel } from './protocol.js';

/**
 * The model that `describeModel` has described, with new weights.
 *
 * @throws ValueError for classes and functions that are not known here.
 */
export function makeModel({ model: json, compile }: WireModel, parts: Parts): Model {
  const model = modelFromJSON(json);
  try {
    if (compile !== null) compileModel(model, compile, parts);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function compileModel(model: Model, compile: WireCompile, parts: Parts): void {
  const { optimizer, undecayed, loss, metrics, weightedMetrics, lossWeights } = compile;
  model.compile({
    optimizer,
    loss: loss === null ? null : parts.resolve('loss', loss),
    metrics: metrics.map((metric) => parts.resolve('metric', metric)),
    weightedMetrics: weightedMetrics.map((metric) => parts.resolve('metric', metric)),
    lossWeights,
  });
  const { names, weights } = undecayed;
  const variables = model.weights.filter((_, i) => weights.includes(i));
  if (names.length + variables.length > 0) {
    model.optimizer?.excludeFromWeightDecay({ variables, names });
  }
}
