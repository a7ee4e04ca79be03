import type { Config } from '../../config/index.js';
import { parseTopology } from '../../files/formats/keras/topology.js';
import { graphConfig } from '../models/graph-config.js';
import { registerGraphs } from '../models/graph-registry.js';
import type { ModelClass } from '../models/graph-registry.js';
import { knowActivationLayers } from '../layers/activation-layers.js';
import { installGraphs } from '../layers/input.js';
import { installLora } from '../layers/lora.js';
import { layerRegistry } from '../layers/registry.js';
import { Model } from '../models/model.js';
import { Sequential } from '../models/sequential.js';
import { buildModel } from './build.js';

/** Makes graphs and LoRA possible, and known by their configs models that are graphs and activations that are layers. */
export function knowGraphs(): void {
  installGraphs();
  knowActivationLayers();
  installLora();
  registerGraphs({ graphConfig, modelFromConfig });
  // As layers of other layers, such as a TimeDistributed.
  layerRegistry.register(Sequential, Model);
}

function modelFromConfig<M>(type: ModelClass<M>, config: Config): M {
  const label = `${type.className}: fromConfig`;
  const topology = parseTopology({ class_name: 'Functional', config }, label);
  const model = buildModel(topology, {
    label,
    room: undefined,
    type: type as unknown as typeof Model,
  });
  return model as M;
}
