// A model that predicts, from the architecture as Keras writes it and the weights, as the nodes of an ONNX graph. Images are
// (batch, channels, height, width) there, as ONNX has them.

/** Turns axes; values lie row by row. */
function transpose(values, shape, axes) {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const newShape = axes.map((axis) => shape[axis]);
  const out = new Float32Array(values.length);
  const index = newShape.map(() => 0);
  const steps = axes.map((axis) => strides[axis]);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[from];
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis]++;
      from += steps[axis];
      if (index[axis] < newShape[axis]) break;
      from -= steps[axis] * newShape[axis];
      index[axis] = 0;
    }
  }
  return { values: out, shape: newShape };
}

/** (batch, height, width, channels) → (batch, channels, height, width); others stay. */
export function channelsFirst(values, shape) {
  return shape.length === 4 ? transpose(values, shape, [0, 3, 1, 2]) : { values, shape };
}

const ACTIVATIONS = { relu: 'Relu', softmax: 'Softmax', sigmoid: 'Sigmoid', tanh: 'Tanh' };

/** Names of the tensors that a layer of a graph takes. */
function inputsOf({ inbound_nodes: [call] }) {
  const tensors = JSON.stringify(call.args).matchAll(/"keras_history":\["([^"]+)",\d+,\d+\]/g);
  return [...tensors].map(([, name]) => name);
}

/** { nodes, constants, input, output } for onnx-file.js. */
export function onnxModel({ architecture, batchSize, xType, weights, weightShapes }) {
  const { class_name: kind, config } = architecture;
  const nodes = [];
  const constants = [];
  const remaining = weights.map((values, i) => ({ values, shape: weightShapes[i] }));
  /** What stands for the output of a layer: its name, and zeros around it that a convolution adds itself. */
  const outputs = new Map();
  let channels = xType.shape.at(-1);
  let flattened;

  const keep = (name, { values, shape }) => {
    constants.push({ name, values, shape });
    return name;
  };
  const add = (type, inputs, output, attributes) => {
    nodes.push({ type, inputs, output, attributes });
    return output;
  };
  /** What a convolution adds around its input; ONNX computes it for 'same' with strides, as it depends on the input. */
  const padsOf = ({ padding, strides, kernel_size: [height, width] }, pads = [0, 0, 0, 0]) => {
    if (padding !== 'same') return { pads };
    if (Math.max(...strides) > 1) return { auto_pad: 'SAME_UPPER' };
    const [h, w] = [height - 1, width - 1];
    return { pads: [h >> 1, w >> 1, h - (h >> 1), w - (w >> 1)] };
  };
  /** A convolution whose kernel is [filters, channels of a group, height, width]. */
  const convolve = ({ tensor, pads }, kernel, config, group) => {
    const { name, strides, use_bias: hasBias, activation } = config;
    channels = kernel.shape[0];
    const inputs = [tensor, keep(`${name}/kernel`, kernel)];
    if (hasBias) inputs.push(keep(`${name}/bias`, remaining.shift()));
    const attributes = { strides, group, ...padsOf(config, pads) };
    return { tensor: activate(add('Conv', inputs, name, attributes), name, activation) };
  };
  const activate = (x, name, activation) =>
    activation === 'linear'
      ? x
      : add(
          ACTIVATIONS[activation],
          [x],
          `${name}:${activation}`,
          activation === 'softmax' ? { axis: -1 } : {},
        );

  const layers = {
    ZeroPadding2D: ([{ tensor }], { padding: [[top, bottom], [left, right]] }) => ({
      tensor,
      pads: [top, left, bottom, right],
    }),
    Conv2D: ([input], config) => {
      const kernel = remaining.shift();
      return convolve(input, transpose(kernel.values, kernel.shape, [3, 2, 0, 1]), config, 1);
    },
    DepthwiseConv2D: ([input], config) => {
      const kernel = remaining.shift();
      const [height, width, group, multiplier] = kernel.shape;
      const { values } = transpose(kernel.values, kernel.shape, [2, 3, 0, 1]);
      const shape = [group * multiplier, 1, height, width];
      return convolve(input, { values, shape }, config, group);
    },
    BatchNormalization: ([{ tensor }], { name, epsilon }) => {
      const parts = remaining.splice(0, 4).map((part, i) => keep(`${name}/${i}`, part));
      const attributes = { epsilon: { float: epsilon } };
      return { tensor: add('BatchNormalization', [tensor, ...parts], name, attributes) };
    },
    Activation: ([{ tensor }], { name, activation }) => ({
      tensor: activate(tensor, name, activation),
    }),
    ReLU: ([{ tensor }], { name, max_value: most, negative_slope: slope, threshold }) => {
      if (slope !== 0 || threshold !== 0)
        throw new Error(`onnx-model.js: ${name} has a slope or a threshold`);
      if (most === null) return { tensor: add('Relu', [tensor], name) };
      const limits = [0, most].map((limit, i) =>
        keep(`${name}/${i}`, { values: Float32Array.of(limit), shape: [] }),
      );
      return { tensor: add('Clip', [tensor, ...limits], name) };
    },
    Add: (inputs, { name }) => ({
      tensor: add(
        'Add',
        inputs.map(({ tensor }) => tensor),
        name,
      ),
    }),
    // Zeros around what a relu gives are never the largest, so they may as well be left out.
    MaxPooling2D: ([{ tensor, pads = [0, 0, 0, 0] }], { name, pool_size, strides }) => ({
      tensor: add('MaxPool', [tensor], name, { kernel_shape: pool_size, strides, pads }),
    }),
    GlobalAveragePooling2D: ([{ tensor }], { name }) => ({
      tensor: add('Flatten', [add('GlobalAveragePool', [tensor], `${name}:4`)], name),
    }),
    Flatten: ([{ tensor }], { name }) => {
      flattened = channels;
      return { tensor: add('Flatten', [tensor], name) };
    },
    Dense: ([{ tensor }], { name, activation }) => {
      let [kernel, bias] = remaining.splice(0, 2);
      if (flattened !== undefined) {
        // Keras flattens (height, width, channels), ONNX (channels, height, width).
        const [k, n] = kernel.shape;
        const { values } = transpose(kernel.values, [k / flattened, flattened, n], [1, 0, 2]);
        kernel = { values, shape: [k, n] };
        flattened = undefined;
      }
      const inputs = [tensor, keep(`${name}/kernel`, kernel), keep(`${name}/bias`, bias)];
      return { tensor: activate(add('Gemm', inputs, name), name, activation) };
    },
  };

  let last = 'input';
  outputs.set(last, { tensor: last });
  for (const layer of config.layers) {
    const { name } = layer.config;
    if (layer.class_name === 'InputLayer') {
      outputs.set(name, { tensor: 'input' });
      last = name;
      continue;
    }
    const make = layers[layer.class_name];
    if (make === undefined) throw new Error(`onnx-model.js has no ${layer.class_name}`);
    const inputs = kind === 'Sequential' ? [last] : inputsOf(layer);
    outputs.set(
      name,
      make(
        inputs.map((input) => outputs.get(input)),
        layer.config,
      ),
    );
    last = name;
  }
  if (remaining.length > 0) throw new Error(`${remaining.length} weights are left over`);
  const shape = [batchSize, ...xType.shape];
  const inputShape = shape.length === 4 ? [0, 3, 1, 2].map((axis) => shape[axis]) : shape;
  return {
    nodes,
    constants,
    input: { name: 'input', shape: inputShape },
    output: { name: outputs.get(last).tensor, shape: [batchSize, ...weightShapes.at(-1)] },
  };
}
