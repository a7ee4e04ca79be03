// Makes every class known by its name in Keras, and graphs and advice in messages possible. This module exists for these side effects;
// package.json lists it.
import { installAdvice } from './config/advice.js';
import { nearestName } from './config/nearest-name.js';
import { adviceOnObjectOf, adviceOnText } from './config/value-advice.js';
import * as constraints from './constraints/index.js';
import { constraintRegistry } from './constraints/registry.js';
import * as initializers from './initializers/index.js';
import { initializerRegistry } from './initializers/registry.js';
import * as layers from './layers/index.js';
import { layerRegistry } from './layers/registry.js';
import { adviceOnInput, adviceOnSamples } from './layers/core/shape-advice.js';
import * as losses from './losses/index.js';
import { lossRegistry } from './losses/registry.js';
import * as metrics from './metrics/index.js';
import { metricRegistry } from './metrics/registry.js';
import { registerGraphs } from './models/graph-registry.js';
import { knowGraphs } from './models/saving/graphs.js';
import {
  operationConfig,
  operationFromConfig,
  operationName,
} from './ops/keras/operation-config.js';
import { sliceByArrays } from './ops/index-arrays.js';
import { secondDerivatives } from './ops/second-derivatives.js';
import { installSliceByArrays } from './ops/slice.js';
import { installSecondDerivatives } from './ops/unary.js';
import * as optimizers from './optimizers/index.js';
import { optimizerRegistry } from './optimizers/registry.js';
import * as regularizers from './regularizers/index.js';
import { regularizerRegistry } from './regularizers/registry.js';
import { TFDConcat, TFDIdentity } from './utils/feature-space/feature-layers.js';
import { FeatureSpace } from './utils/index.js';
import * as schedules from './optimizers/schedules/index.js';
import { scheduleRegistry } from './optimizers/schedules/registry.js';

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
registerGraphs({ operationConfig, operationFromConfig, operationName });
installAdvice({
  onInput: adviceOnInput,
  onSamples: adviceOnSamples,
  onText: adviceOnText,
  onObjectOf: adviceOnObjectOf,
  nearestName,
});
