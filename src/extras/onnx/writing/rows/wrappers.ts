// Layers around others.
import { classNameOf } from '../../../../config/index.js';
import type { SpectralNormalization } from '../../../../nn/layers/spectral-normalization.js';
import type { TimeDistributed } from '../../../../nn/layers/recurrent/time-distributed.js';
import { only, rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { lengthOf, lengthsOf, reshape } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** Layers that heed masks, and the mask of a step is a different one. */
const HEEDING =
  /^(LSTM|GRU|SimpleRNN|RNN|ConvLSTM|Bidirectional|Softmax|.*Attention|GlobalAveragePooling1D|Functional|Sequential|TimeDistributed)/;

/** Steps become samples, as layers compute each sample by itself. */
function timeDistributed(layer: TimeDistributed, call: LayerCall): Written {
  const { w, x } = call;
  const inner = layer.layer;
  if (x.mask !== null && HEEDING.test(classNameOf(inner)))
    return refuse('its input has a mask, and the layer within heeds masks');
  const plain = x.withMask(null);
  const samples = reshape(w, plain, [-1, ...lengthsOf(2, x.rank)], plain);
  const y = only(call.write(inner, [samples]));
  const sample = y.shape.slice(1);
  if (sample.includes(null)) return refuse('the shape that the layer within gives is not known');
  const lengths = [lengthOf(0), lengthOf(1), ...(sample as number[])];
  return reshape(w, y, lengths, plain);
}

/** The kernel as it was after the last step of training. */
function spectral(layer: SpectralNormalization, call: LayerCall): readonly Written[] {
  return call.write(layer.layer as never, call.inputs);
}

export const wrappers: Rows = {
  ...rows('TimeDistributed', timeDistributed),
  ...rows('SpectralNormalization', spectral),
};
