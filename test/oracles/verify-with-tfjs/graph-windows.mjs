// Calls of convolutions and pooling.
import { attr, call, ints, x } from './graph-calls.mjs';

/** A square window and how it slides. */
function windowOf(r, rank) {
  const same = (value) => attr.ints(1, ...new Array(rank).fill(value), 1);
  const stride = r.whole(1, 2);
  return {
    // TensorFlow.js pads volumes by less than nothing where a window is shorter than its step.
    kernel: r.whole(rank === 3 ? stride : 1, 3),
    stride,
    same,
    attributes: {
      strides: same(stride),
      padding: attr.s(r.pick(['SAME', 'VALID'])),
      data_format: attr.s(rank === 3 ? 'NDHWC' : 'NHWC'),
    },
  };
}

const convolution =
  (rank, more = () => ({})) =>
  (r) => {
    const { kernel, stride, same, attributes } = windowOf(r, rank);
    const [channels, filters] = [r.whole(1, 4), r.whole(1, 4)];
    const dilation = stride === 1 && rank === 2 ? r.whole(1, 2) : 1;
    const lengths = new Array(rank).fill(0).map(() => r.whole(5, 8));
    const { inputs = [], ...others } = more(r, filters);
    return call(
      [
        x([2, ...lengths, channels]),
        x([...new Array(rank).fill(kernel), channels, filters]),
        ...inputs,
      ],
      { ...attributes, dilations: same(dilation), ...others },
    );
  };

const ACTIVATIONS = [undefined, 'Relu', 'Relu6', 'Elu', 'Prelu', 'LeakyRelu'];

export const fused = (r, filters, activations = ACTIVATIONS) => {
  const activation = r.pick(activations);
  const names = ['BiasAdd', ...(activation === undefined ? [] : [activation])];
  return {
    inputs: [x([filters]), ...(activation === 'Prelu' ? [x([filters], [0, 1])] : [])],
    fused_ops: attr.texts(...names),
    num_args: attr.i(activation === 'Prelu' ? 2 : 1),
    leakyrelu_alpha: attr.f(0.25),
  };
};

const depthwise =
  (more = () => ({})) =>
  (r) => {
    const { kernel, stride, same, attributes } = windowOf(r, 2);
    const [channels, multiplier] = [r.whole(1, 4), r.whole(1, 2)];
    const { inputs = [], ...others } = more(r, channels * multiplier);
    const dilation = stride === 1 ? r.whole(1, 2) : 1;
    return call(
      [
        x([2, r.whole(5, 8), r.whole(5, 8), channels]),
        x([kernel, kernel, channels, multiplier]),
        ...inputs,
      ],
      { ...attributes, dilations: same(dilation), ...others },
    );
  };

const pool = (rank) => (r) => {
  const { kernel, same, attributes } = windowOf(r, rank);
  const lengths = new Array(rank).fill(0).map(() => r.whole(4, 7));
  return call([x([2, ...lengths, r.whole(1, 4)])], { ...attributes, ksize: same(kernel) });
};

export const windows = {
  AvgPool: pool(2),
  AvgPool3D: pool(3),
  Conv2D: convolution(2),
  Conv2DBackpropInput: (r) => {
    const [kernel, stride, rows, columns] = [
      r.whole(1, 3),
      r.whole(1, 2),
      r.whole(2, 4),
      r.whole(2, 4),
    ];
    const [channels, filters] = [r.whole(1, 3), r.whole(1, 3)];
    return call(
      [
        ints(2, rows * stride, columns * stride, filters),
        x([kernel, kernel, filters, channels]),
        x([2, rows, columns, channels]),
      ],
      {
        strides: attr.ints(1, stride, stride, 1),
        padding: attr.s('SAME'),
        data_format: attr.s('NHWC'),
      },
    );
  },
  Conv3D: convolution(3),
  DepthwiseConv2dNative: depthwise(),
  // TensorFlow.js gives no slope to the LeakyRelu of a depthwise convolution.
  FusedDepthwiseConv2dNative: depthwise((r, filters) =>
    fused(r, filters, ACTIVATIONS.slice(0, -1)),
  ),
  MaxPool: pool(2),
  MaxPool3D: pool(3),
  _FusedConv2D: convolution(2, fused),
};
