// What trains, measures and predicts batch after batch, and what records steps: a chunk of its own, which `compile` and the first
// step ask for, and for which fit, evaluate and predict wait.
export { captureStep } from '../../capture/captured-run.js';
export { evaluateArguments, FIT_OPTIONS, fitArguments, PREDICT_OPTIONS } from './arguments.js';
export { splitArguments } from './arguments.js';
export { evaluate } from './evaluate-and-predict.js';
export { fit } from './fit.js';
export { validationArguments } from './fit-data.js';
export { loopCallbacks, loopSettings } from './loop.js';
export { PauseClock } from './pause.js';
export { predict } from './evaluate-and-predict.js';
