// What reads graph models of TensorFlow.js: `loadModel` and `loadGraphModel` load it with the first one.
import { registerLayers } from '../../nn/layers/registry.js';
import { TensorFlowGraphLayer } from './layer.js';

export { readGraphModel } from './load.js';

// So that models which hold such a layer are found by their names in files.
registerLayers(TensorFlowGraphLayer as never);
