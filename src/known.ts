// Makes every class known by its name in Keras. This module exists for that side effect; package.json lists it.
import * as constraints from './constraints/classes.js';
import { constraintRegistry } from './constraints/registry.js';
import * as initializers from './initializers/classes.js';
import { initializerRegistry } from './initializers/registry.js';
import * as layers from './layers/classes.js';
import { layerRegistry } from './layers/registry.js';
import * as losses from './losses/classes.js';
import { lossRegistry } from './losses/registry.js';
import * as metrics from './metrics/classes.js';
import { metricRegistry } from './metrics/registry.js';
import * as optimizers from './optimizers/classes.js';
import { optimizerRegistry } from './optimizers/registry.js';
import * as regularizers from './regularizers/classes.js';
import { regularizerRegistry } from './regularizers/registry.js';
import * as schedules from './optimizers/schedules/classes.js';
import { scheduleRegistry } from './optimizers/schedules/registry.js';

constraintRegistry.registerAll(constraints);
initializerRegistry.registerAll(initializers);
layerRegistry.registerAll(layers);
lossRegistry.registerAll(losses);
metricRegistry.registerAll(metrics);
optimizerRegistry.registerAll(optimizers);
regularizerRegistry.registerAll(regularizers);
scheduleRegistry.registerAll(schedules);
