// Layers around others, and those that turn numbers into classes.
import { classNameOf } from '../../../../config/names.js';
import type { AnyLayer } from '../../../../nn/layers/core/layer.js';
import type { SpectralNormalization } from '../../../../nn/layers/spectral-normalization.js';
import type { TimeDistributed } from '../../../../nn/layers/recurrent/time-distributed.js';
import type { CategoryEncoding } from '../../../../nn/layers/preprocessing/category-encoding.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { cast } from '../elementwise.js';
import { only, rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { lengthOf, lengthsOf, reduce, reshape, squeeze } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** Layers that heed masks, of which those of a step are other ones. */
const HEEDING = /^(LSTM|GRU|SimpleRNN|RNN|ConvLSTM|Bidirectional|Softmax|.*Attention|GlobalAveragePooling1D|Functional|Sequential|TimeDistributed)/;

/** Steps become samples, as layers compute each sample by itself. */
function timeDistributed(layer: TimeDistributed, call: LayerCall): Written {
  const { w, x } = call;
  const inner = layer.layer as AnyLayer;
  if (x.mask !== null && HEEDING.test(classNameOf(inner)))
    return refuse('its input has a mask, and the layer within heeds masks');
  const plain = x.withMask(null);
  const count = x.shape[1] ?? null;
  const samples = reshape(w, plain, [-1, ...lengthsOf(2, x.rank)], plain);
  const y = only(call.write(inner, [samples]));
  const lengths = [lengthOf(0), count ?? lengthOf(1), ...y.shape.slice(1)];
  if (y.shape.slice(1).includes(null)) return refuse('the shape that the layer within gives is not known');
  return reshape(w, y, lengths as never, plain);
}

/** The kernel as it was after the last step of training. */
function spectral(layer: SpectralNormalization, call: LayerCall): readonly Written[] {
  return call.write(layer.layer as never, call.inputs);
}

/** Ones, or counts, at the numbers of classes. */
function encoding(layer: CategoryEncoding, { w, inputs, x }: LayerCall): Written {
  if (inputs.length > 1) return refuse('it is given weights of its counts');
  const { numTokens, outputMode } = layer;
  if (numTokens === null) return refuse('the number of its classes is not known');
  const depth = w.whole(numTokens);
  const values = w.floats([0, 1]);
  const at = cast(w, x, TYPE.int64);
  const hot = w.one('OneHot', [at, depth, values], [...x.shape, numTokens], TYPE.float, { axis: -1 });
  const isLast = x.rank > 1 && x.shape.at(-1) === 1;
  if (outputMode === 'one_hot') return isLast ? squeeze(w, hot, -2) : hot;
  if (x.rank < 2) return hot;
  return reduce(w, outputMode === 'count' ? 'ReduceSum' : 'ReduceMax', hot, [-2]);
}

export const wrappers: Rows = {
  ...rows('TimeDistributed', timeDistributed),
  ...rows('SpectralNormalization', spectral),
  ...rows('CategoryEncoding', encoding),
};
