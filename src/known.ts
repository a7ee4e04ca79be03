// Makes every class known by its name in Keras. This module exists for that side effect; package.json lists it.
import { CONSTRAINTS } from './constraints/known.js';
import { registerAllConstraints } from './constraints/registry.js';
import { INITIALIZERS } from './initializers/known.js';
import { registerAllInitializers } from './initializers/registry.js';
import { LAYERS } from './layers/known.js';
import { registerAllLayers } from './layers/registry.js';
import { LOSSES } from './losses/known.js';
import { registerAllLosses } from './losses/registry.js';
import { METRICS } from './metrics/known.js';
import { registerAllMetrics } from './metrics/registry.js';
import { OPTIMIZERS } from './optimizers/known.js';
import { registerAllOptimizers } from './optimizers/registry.js';
import { REGULARIZERS } from './regularizers/known.js';
import { registerAllRegularizers } from './regularizers/registry.js';
import { SCHEDULES } from './optimizers/schedules/known.js';
import { registerAllSchedules } from './optimizers/schedules/registry.js';

registerAllConstraints(CONSTRAINTS);
registerAllInitializers(INITIALIZERS);
registerAllLayers(LAYERS);
registerAllLosses(LOSSES);
registerAllMetrics(METRICS);
registerAllOptimizers(OPTIMIZERS);
registerAllRegularizers(REGULARIZERS);
registerAllSchedules(SCHEDULES);
