// The architecture of a problem, for networks in JavaScript.

/** How many weights a layer has, those first that are trained, and how many these are. */
const counts = {
  Dense: [2, 2],
  Conv1D: [2, 2],
  Conv2D: [2, 2],
  BatchNormalization: [4, 2],
  Embedding: [1, 1],
  MaxPooling2D: [0, 0],
  GlobalMaxPooling1D: [0, 0],
  Flatten: [0, 0],
};

/**
 * The layers of a Sequential model after its input: `{ type, config, weights, trained }`. `weights` are the positions of the
 * layer's weights among those of the problem, of which the first `trained` are trained.
 */
export function layersOf({ architecture, weightShapes }) {
  let place = 0;
  const layers = architecture.config.layers
    .filter(({ class_name: type }) => type !== 'InputLayer')
    .map(({ class_name: type, config }) => {
      if (!(type in counts)) throw new Error(`layers.js has no ${type}`);
      const [count, trained] = counts[type];
      const weights = Array.from({ length: count }, () => place++);
      checkConfig(type, config);
      return { type, config, weights, trained };
    });
  if (place !== weightShapes.length) {
    throw new Error(`${weightShapes.length - place} weights are left over`);
  }
  return layers;
}

/** The last activation, which is computed in one with the loss. */
export const lastActivation = ({ architecture }) =>
  architecture.config.layers.at(-1).config.activation;

function checkConfig(type, { name, strides, dilation_rate: dilation, pool_size: pool, ...config }) {
  const isOne = (sizes) => sizes.every((size) => size === 1);
  const isKnown =
    type === 'MaxPooling2D'
      ? String(pool) === String(strides) && config.padding === 'valid'
      : !type.startsWith('Conv') || (isOne(strides) && isOne(dilation) && config.groups === 1);
  if (!isKnown) throw new Error(`layers.js: ${name} has strides, padding or groups of its own`);
}

/** Pixels before and after the image in each direction. */
export function paddingOf({ padding }, kernelSizes) {
  return kernelSizes.map((size) =>
    padding === 'same' ? [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)] : [0, 0],
  );
}
