// Layers that compute nothing when they predict, and those of elements alone.
import type {
  Activation,
  ELU,
  LeakyReLU,
  PReLU,
  ReLU,
  Softmax,
} from '../../../../nn/layers/activation.js';
import type { Masking } from '../../../../nn/layers/identity.js';
import type { Normalization } from '../../../../nn/layers/normalization.js';
import type { LayerScale, Rescaling } from '../../../../nn/layers/scaling.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { activated, elu, leakyRelu, relu, softmaxOver } from '../activations.js';
import { add, cast, differs, div, float, mul, sub, unary, where } from '../elementwise.js';
import { maskOf, rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { expandDims, reduce } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** Layers that change what they are given in training alone. */
const IN_TRAINING =
  'Identity Dropout AlphaDropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianNoise GaussianDropout ' +
  'ActivityRegularization';

function prelu(layer: PReLU, { w, x }: LayerCall): Written {
  const input = float(w, x);
  const below = mul(w, w.weight(layer.alpha), unary(w, 'Relu', unary(w, 'Neg', input)));
  return sub(w, unary(w, 'Relu', input), below);
}

const LEFT_OUT = -1e9;

function softmax(layer: Softmax, { w, x }: LayerCall): Written {
  const axes = [layer.axis].flat();
  const mask = maskOf(x);
  const input = float(w, x);
  if (mask === null) return softmaxOver(w, input, axes);
  const y = softmaxOver(w, where(w, mask, input, LEFT_OUT), axes);
  return where(w, mask, y, 0);
}

/** The steps that have another number than the masked one; the others become 0. */
function masking(layer: Masking, { w, x }: LayerCall): Written {
  const isOther = cast(w, differs(w, x, layer.maskValue), TYPE.int32);
  const mask = cast(w, reduce(w, 'ReduceMax', isOther, [-1]), TYPE.bool);
  return where(w, expandDims(w, mask, -1), x, w.number(0, x.type)).withMask(mask);
}

/** (x − mean) / max(√variance, 1e-7), or back. */
function normalization(layer: Normalization, { w, x }: LayerCall): Written {
  const { mean, variance } = layer;
  if (mean === null || variance === null) return refuse('it is not built');
  try {
    const [m, v] = [w.tensor(mean), w.tensor(variance)];
    const root = Math.sqrt;
    const data = Float32Array.from(v.array?.data ?? [], (value) => Math.max(root(value), 1e-7));
    const deviation = w.array({ shape: [...variance.shape], type: TYPE.float, data });
    const input = float(w, x);
    return layer.invert ? add(w, mul(w, input, deviation), m) : div(w, sub(w, input, m), deviation);
  } finally {
    mean.dispose();
    variance.dispose();
  }
}

function rescaling(layer: Rescaling, { w, x }: LayerCall): Written {
  const value = (given: number | readonly number[]): Written => w.floats(given);
  return add(w, mul(w, float(w, x), value(layer.scale)), value(layer.offset));
}

export const plain: Rows = {
  ...rows<object>(IN_TRAINING, (_, { x }) => x),
  ...rows<Activation>('Activation', (layer, call) =>
    activated(call, layer.activation, float(call.w, call.x)),
  ),
  ...rows<ReLU>('ReLU', ({ negativeSlope, threshold, maxValue }, { w, x }) =>
    relu(w, float(w, x), { negativeSlope, threshold, maxValue: maxValue ?? Infinity }),
  ),
  ...rows<LeakyReLU>('LeakyReLU', ({ negativeSlope }, { w, x }) =>
    leakyRelu(w, float(w, x), negativeSlope),
  ),
  ...rows<ELU>('ELU', ({ alpha }, { w, x }) => elu(w, float(w, x), alpha)),
  ...rows('PReLU', prelu),
  ...rows('Softmax', softmax),
  ...rows('Masking', masking),
  ...rows('Normalization', normalization),
  ...rows('Rescaling', rescaling),
  ...rows<LayerScale>('LayerScale', (layer, { w, x }) =>
    mul(w, float(w, x), w.weight(layer.gamma)),
  ),
};
