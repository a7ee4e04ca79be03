// Makes every class known by its name in Keras, and graphs and advice in messages possible. This module exists for these side effects;
// package.json lists it.
import './chunks.js';
import { installAdvice } from './config/advice.js';
import {
  adviceOnObjectOf,
  adviceOnOption,
  adviceOnText,
  nearestName,
} from './config/value-advice.js';
import * as constraints from './constraints.js';
import { constraintRegistry } from './nn/constraints/registry.js';
import * as initializers from './initializers.js';
import { initializerRegistry } from './nn/initializers/registry.js';
import * as layers from './layers.js';
import { layerRegistry } from './nn/layers/registry.js';
import { adviceOnInput, adviceOnSamples } from './nn/layers/core/shape-advice.js';
import * as losses from './losses.js';
import { lossRegistry } from './nn/losses/registry.js';
import * as metrics from './metrics.js';
import { metricRegistry } from './nn/metrics/registry.js';
import { registerGraphs } from './nn/models/graph-registry.js';
import { graphModelCode } from './extras/tensorflow/chunk.js';
import { loadGraphModelsBy } from './nn/saving/graph-models.js';
import { knowGraphs } from './nn/saving/graphs.js';
import {
  operationConfig,
  operationFromConfig,
  operationName,
} from './engine/ops/graphs/operation-config.js';
import { sliceByArrays } from './engine/ops/indexing/index-arrays.js';
import { secondDerivatives } from './engine/ops/generated/second-derivatives.js';
import { installSliceByArrays } from './engine/ops/indexing/slice.js';
import { installSecondDerivatives } from './engine/ops/elementwise/unary.js';
import * as optimizers from './optimizers.js';
import { optimizerRegistry } from './nn/optimizers/registry.js';
import * as regularizers from './regularizers.js';
import { regularizerRegistry } from './nn/regularizers/registry.js';
import { TFDConcat, TFDIdentity } from './extras/utils/feature-space/feature.js';
import { FeatureSpace } from './extras/utils/feature-space/index.js';
import * as schedules from './nn/optimizers/schedules/index.js';
import { scheduleRegistry } from './nn/optimizers/schedules/registry.js';

constraintRegistry.registerAll(constraints);
initializerRegistry.registerAll(initializers);
layerRegistry.registerAll(layers);
layerRegistry.register(FeatureSpace, TFDConcat, TFDIdentity);
lossRegistry.registerAll(losses);
metricRegistry.registerAll(metrics);
optimizerRegistry.registerAll(optimizers);
regularizerRegistry.registerAll(regularizers);
scheduleRegistry.registerAll(schedules);
installSliceByArrays(sliceByArrays);
installSecondDerivatives(secondDerivatives);
knowGraphs();
loadGraphModelsBy(() => graphModelCode.use((code) => Promise.resolve(code)));
registerGraphs({ operationConfig, operationFromConfig, operationName });
installAdvice({
  onInput: adviceOnInput,
  onSamples: adviceOnSamples,
  onText: adviceOnText,
  onObjectOf: adviceOnObjectOf,
  onOption: adviceOnOption,
  nearestName,
});
