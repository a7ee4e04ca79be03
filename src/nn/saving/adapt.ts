import { printable } from '../../config/describe-value.js';
import { checkOptions, classNameOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { LoraOptions } from '../layers/core/adapter.js';
import { layersWithin } from '../layers/core/inner-layers.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { installLora, LORA_OPTIONS } from '../layers/lora.js';
import { Model } from '../models/model.js';
import type { LoraReport, ModelLoraOptions } from '../training/file-options.js';
import { filterOf } from './quantize.js';

/** A layer that LoRA can tune. */
interface Adaptable extends AnyLayer {
  enableLora(rank: number, options?: LoraOptions): void;
}

const isAdaptable = (layer: AnyLayer): layer is Adaptable =>
  'enableLora' in layer && !(layer instanceof Model);

/** What `model.enableLora` does. */
export function adaptModel(model: AnyLayer, rank: number, options: ModelLoraOptions): LoraReport {
  const owner = 'enableLora';
  checkOptions(owner, options, ['filters', ...LORA_OPTIONS]);
  const { filters, ...ofLayers } = options;
  if (model instanceof Model) model.activity.requireIdle(owner);
  const isWanted = filterOf(owner, filters);
  const all = layersWithin(model);
  const chosen = all.filter(isAdaptable).filter(isWanted);
  requireChosen(owner, model, chosen);
  installLora();
  for (const layer of chosen) layer.enableLora(rank, ofLayers);
  const adapted = new Set<AnyLayer>(chosen);
  freezeAllBut(model, adapted);
  const others = all.filter((layer) => layer.ownWeights.length > 0 && !adapted.has(layer));
  return { adapted: chosen.map(({ name }) => name), frozen: others.map(({ name }) => name) };
}

/** Refuses, before anything has changed, what would be refused at one of the layers. */
function requireChosen(owner: string, model: AnyLayer, chosen: readonly Adaptable[]): void {
  if (chosen.length === 0) {
    throw new ValueError(
      `${owner}: model '${printable(model.name)}' has no layer for LoRA that the option filters lets through. It tunes Dense, ` +
        `EinsumDense, Embedding, ReversibleEmbedding and convolutions.`,
    );
  }
  for (const layer of chosen) {
    const label = `${owner}: ${classNameOf(layer)} layer '${printable(layer.name)}'`;
    if (!layer.built) {
      throw new ValueError(
        `${label} is not built. Give the first layer inputShape, or build the model.`,
      );
    }
    const problem =
      layer.adapter !== undefined
        ? 'has LoRA already'
        : layer.ownWeights.some(({ name, constraint }) => name !== 'bias' && constraint)
          ? 'has a constraint on what LoRA leaves as it is'
          : undefined;
    if (problem === undefined) continue;
    throw new ValueError(`${label} ${problem}. Leave the layer out with the option filters.`);
  }
}

/** Freezes all layers but some of them and those that hold them. */
function freezeAllBut(model: AnyLayer, adapted: ReadonlySet<AnyLayer>): void {
  const visit = (layer: AnyLayer): boolean => {
    const inside = layer.subLayers().map(visit);
    const holds = inside.includes(true);
    const isAdapted = adapted.has(layer);
    if (!holds && !isAdapted) layer.trainable = false;
    else if (!isAdapted) for (const weight of layer.ownWeights) weight.trainable = false;
    return holds || isAdapted;
  };
  model.trainable = true;
  visit(model);
}
