import { classNameOf } from '../../config/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { Variable } from '../../engine/tensor/index.js';
import { Model } from '../models/model.js';

/** Layers whose inner layer leaves its name out: `lstm/kernel`, not `lstm/lstm_cell/kernel`. */
const NAMELESS_INSIDE: ReadonlySet<string> = new Set([
  'ConvLSTM2D',
  'GRU',
  'LSTM',
  'RNN',
  'SimpleRNN',
  'TimeDistributed',
]);

/** Parts that a name of a layer may have, between `/`. */
const MAX_PARTS = 8;

/** What TensorFlow.js, and Keras 2, call a weight of a layer. */
export const nameOfWeight = (layer: AnyLayer, { name }: Variable): string =>
  classNameOf(layer).startsWith('DepthwiseConv') && name === 'kernel' ? 'depthwise_kernel' : name;

/** What TensorFlow.js calls the weights of a model: by their layers, without the models. */
export function tfjsNames(model: AnyLayer): Map<Variable, string> {
  const names = new Map<Variable, string>();
  const visit = (layer: AnyLayer, scope: string): void => {
    for (const weight of layer.ownWeights) {
      names.set(weight, `${scope}/${nameOfWeight(layer, weight)}`);
    }
    const className = classNameOf(layer);
    layer.subLayers().forEach((inside, i) => {
      if (layer instanceof Model) visit(inside, inside.name);
      else if (NAMELESS_INSIDE.has(className)) visit(inside, scope);
      else if (className === 'StackedRNNCells') visit(inside, `${scope}/RNNCell_${i}`);
      else visit(inside, `${scope}/${inside.name}`);
    });
  };
  visit(model, model.name);
  return names;
}

/** The layers of a model and of the models in it, also of one that a layer holds, as TimeDistributed may. */
export function leavesOf(model: AnyLayer): readonly AnyLayer[] {
  return model.subLayers().flatMap((layer) => (holdsModel(layer) ? leavesOf(layer) : [layer]));
}

const holdsModel = (layer: AnyLayer): boolean =>
  layer instanceof Model || layer.subLayers().some(holdsModel);

/**
 * `sequential/dense/kernel`, as Python writes it, and `dense/kernel` → `dense/kernel`. Of layers inside a layer the names are
 * left out, since each of the writers has its own: `lstm/lstm_cell/kernel` → `lstm/kernel`. In their order they agree.
 *
 * @param layers names of the layers of the model
 */
export function nameInLayer(path: string, layers: ReadonlySet<string>): string {
  const parts = path.split('/');
  const before = parts.slice(0, -1);
  // A '/' in the name of a layer is '_' here.
  const named = (from: number): string | undefined =>
    Array.from({ length: Math.min(MAX_PARTS, before.length - from) }, (_, i) =>
      before.slice(from, from + i + 1).join('_'),
    ).findLast((name) => layers.has(name));
  const start = before.findIndex((_, i) => named(i) !== undefined);
  return `${named(start === -1 ? before.length : start) ?? before.at(-1) ?? ''}/${parts.at(-1) ?? ''}`;
}
