import { only } from '../../config/index.js';
import type { Given } from '../../config/index.js';

/** Options of Keras's `compile` on which nothing depends here. */
export const HARMLESS_OPTIONS = {
  /** Whether the layers' code runs in each step: only false. */
  runEagerly: only([false], 'Your own layers run in each step anyway.'),
  /** How Keras compiles a step. Nothing depends on it here. */
  jitCompile: only(['auto', true, false]),
  /** Steps between two calls of hooks: only 1. */
  stepsPerExecution: only([1], 'Callbacks hear of each step.'),
  /** Whether the loss is scaled for float16, which does not exist here. */
  autoScaleLoss: only([true, false]),
};

/** Options of Keras's `compile` on which nothing depends here. */
export interface HarmlessOptions extends Given<typeof HARMLESS_OPTIONS> {}
