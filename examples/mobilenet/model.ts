// MobileNetV2 (M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018), layer by layer as
// keras.applications has it: files of weights of either go into the other.
import { Input, layers, models } from 'lanegrad';

/** Sizes of a MobileNetV2. */
export interface MobileNetV2Options {
  /** [height, width, channels]. Default [224, 224, 3]. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** What the numbers of channels are multiplied with. Default 1. */
  readonly alpha?: number;
  /** Default 1000. */
  readonly classes?: number;
  /**
   * How many pixels of the input, along each axis, become one. Default 32, as in Keras. With 16, 8 and less the first strides
   * are 1: for small pictures.
   */
  readonly reduction?: 1 | 2 | 4 | 8 | 16 | 32;
  /** Of the moving statistics. Default 0.999, as in Keras, which takes thousands of steps. */
  readonly momentum?: number;
}

/** Groups of blocks: the channels that a block gives, how many blocks, and the stride of the first. */
const GROUPS = [
  { filters: 16, count: 1, stride: 1 },
  { filters: 24, count: 2, stride: 2 },
  { filters: 32, count: 3, stride: 2 },
  { filters: 64, count: 4, stride: 2 },
  { filters: 96, count: 3, stride: 1 },
  { filters: 160, count: 3, stride: 2 },
  { filters: 320, count: 1, stride: 1 },
] as const;

/** How many times as many channels a block has inside. The first block has no more inside. */
const EXPANSION = 6;

/** The multiple of 8 next to a number of channels; at least 8, and at least 0.9 times the number. */
function eights(channels: number): number {
  const next = Math.max(8, 8 * Math.floor((channels + 4) / 8));
  return next < 0.9 * channels ? next + 8 : next;
}

/** What is the same in all parts of a network. */
interface Parts {
  readonly alpha: number;
  readonly momentum: number;
}

/** What each convolution is followed by: batch normalization and, with a name for it, min(relu, 6). */
function normalized(
  x: layers.SymbolicTensor,
  { momentum }: Parts,
  name: string,
  reluName?: string,
): layers.SymbolicTensor {
  const y = new layers.BatchNormalization({ epsilon: 1e-3, momentum, name }).apply(x);
  return reluName === undefined ? y : new layers.ReLU({ maxValue: 6, name: reluName }).apply(y);
}

/** Zeros around a picture with which a kernel of 3 and stride 2 reads all of it. */
function zerosAround(shape: readonly (number | null)[]): [[number, number], [number, number]] {
  const before = (length: number | null | undefined): number => (length ?? 0) % 2;
  return [
    [before(shape[1]), 1],
    [before(shape[2]), 1],
  ];
}

/**
 * An inverted residual: 1 × 1 to many channels, 3 × 3 in each of them, 1 × 1 to few without relu, plus what came where the
 * shape is the same.
 */
function block(
  given: layers.SymbolicTensor,
  parts: Parts,
  { index, filters, stride }: { readonly index: number; filters: number; stride: number },
): layers.SymbolicTensor {
  const prefix = index === 0 ? 'expanded_conv' : `block_${index}`;
  const same = { padding: 'same', useBias: false } as const;
  const channels = given.shape.at(-1) ?? 0;
  let x = given;
  if (index > 0) {
    const name = `${prefix}_expand`;
    x = new layers.Conv2D(EXPANSION * channels, 1, { ...same, name }).apply(x);
    x = normalized(x, parts, `${name}_BN`, `${name}_relu`);
  }
  const name = `${prefix}_depthwise`;
  if (stride === 2) {
    x = new layers.ZeroPadding2D(zerosAround(x.shape), { name: `${prefix}_pad` }).apply(x);
    const padding = 'valid';
    x = new layers.DepthwiseConv2D(3, { ...same, padding, strides: 2, name }).apply(x);
  } else {
    x = new layers.DepthwiseConv2D(3, { ...same, name }).apply(x);
  }
  x = normalized(x, parts, `${name}_BN`, `${name}_relu`);
  const narrow = eights(Math.trunc(filters * parts.alpha));
  x = new layers.Conv2D(narrow, 1, { ...same, name: `${prefix}_project` }).apply(x);
  x = normalized(x, parts, `${prefix}_project_BN`);
  const isSame = stride === 1 && narrow === channels;
  return isSame ? new layers.Add({ name: `${prefix}_add` }).apply([given, x]) : x;
}

/** Pictures with pixels from −1 to 1 → the probabilities of the classes. */
export function makeMobileNetV2(options: MobileNetV2Options = {}): models.Model {
  const { inputShape = [224, 224, 3], alpha = 1, classes = 1000 } = options;
  const { reduction = 32, momentum = 0.999 } = options;
  const parts: Parts = { alpha, momentum };
  // How often the first strides of 2 are 1.
  let skipped = 5 - Math.log2(reduction);
  const strideOf = (stride: number): number => (stride === 2 && skipped-- > 0 ? 1 : stride);

  const picture = Input(inputShape);
  const first = { strides: strideOf(2), padding: 'same', useBias: false, name: 'Conv1' } as const;
  let x = new layers.Conv2D(eights(32 * alpha), 3, first).apply(picture);
  x = normalized(x, parts, 'bn_Conv1', 'Conv1_relu');
  let index = 0;
  for (const { filters, count, stride } of GROUPS) {
    for (let i = 0; i < count; i++) {
      x = block(x, parts, { index, filters, stride: i === 0 ? strideOf(stride) : 1 });
      index++;
    }
  }
  // Narrow networks keep all features that they end with.
  const features = alpha > 1 ? eights(1280 * alpha) : 1280;
  x = new layers.Conv2D(features, 1, { useBias: false, name: 'Conv_1' }).apply(x);
  x = normalized(x, parts, 'Conv_1_bn', 'out_relu');
  x = new layers.GlobalAveragePooling2D().apply(x);
  x = new layers.Dense(classes, { activation: 'softmax', name: 'predictions' }).apply(x);
  const name = `mobilenetv2_${alpha.toFixed(2)}_${inputShape[0]}`;
  return new models.Model({ inputs: picture, outputs: x, name });
}
