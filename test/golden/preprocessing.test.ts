// Functions and adapted layers of preprocessing against Keras. Calls of its other layers are in layer-calls.test.ts.
import { describe, expect, it } from 'vitest';
import { camelCase } from '../../src/config/index.js';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers/index.js';
import { layerRegistry } from '../../src/layers/registry.js';
import type { Tensor, TensorLike } from '../../src/tensor/index.js';
import * as utils from '../../src/utils/index.js';
import {
  expectClose,
  expectPending,
  isGoldenArray,
  readGolden,
  splitCases,
  toTensor,
} from './cases.js';
import type { GoldenArray } from './cases.js';

interface FunctionCase {
  /** `utils.normalize` */
  readonly function: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly output: GoldenArray;
}

interface AdaptedCase {
  readonly class_name: string;
  readonly config: Config;
  /** The data that the layer looks at before. */
  readonly adapt: GoldenArray;
  readonly call: { readonly inputs: GoldenArray };
  readonly output: GoldenArray;
}

/** A layer that draws a transformation, which is given. */
interface RandomCase {
  readonly class_name: string;
  readonly images: GoldenArray;
  readonly transformation: unknown;
}

/** A call of a layer. */
interface CallCase {
  readonly class_name: string;
  readonly call: object;
}

const { source, cases } = readGolden<FunctionCase | AdaptedCase | RandomCase | CallCase>(
  'preprocessing',
);

const others = cases.filter(
  (golden): golden is FunctionCase | AdaptedCase | RandomCase =>
    !('call' in golden) || 'adapt' in golden,
);

const functions: Readonly<Record<string, (x: TensorLike, options: Config) => Tensor>> = {
  'utils.normalize': (x, { axis, order }) =>
    utils.normalize(x, axis as number | undefined, order as number | undefined),
  'utils.to_categorical': (x, { numClasses }) =>
    utils.toCategorical(x, numClasses as number | undefined),
};

const nameOf = (golden: (typeof others)[number]): string =>
  'function' in golden ? golden.function : golden.class_name;

const { running, pending } = splitCases(others, nameOf, (golden) =>
  'function' in golden
    ? Object.hasOwn(functions, golden.function)
    : 'adapt' in golden && layerRegistry.has(golden.class_name),
);

describe(`preprocessing agrees with ${source}`, () => {
  it('has every function and layer of the file but those listed', () => {
    expectPending(pending, [
      'AutoContrast',
      'ContrastLimitedAdaptiveHistogramEqualization',
      'Equalization',
      'RandomBrightness',
      'RandomColorDegeneration',
      'RandomColorJitter',
      'RandomContrast',
      'RandomCrop',
      'RandomElasticTransform',
      'RandomErasing',
      'RandomFlip',
      'RandomGaussianBlur',
      'RandomGrayscale',
      'RandomHue',
      'RandomInvert',
      'RandomPerspective',
      'RandomPosterization',
      'RandomRotation',
      'RandomSaturation',
      'RandomSharpness',
      'RandomShear',
      'RandomTranslation',
      'RandomZoom',
      'Solarization',
      'ops.image.affine_transform',
      'ops.image.crop_images',
      'ops.image.extract_patches',
      'ops.image.gaussian_blur',
      'ops.image.hsv_to_rgb',
      'ops.image.map_coordinates',
      'ops.image.pad_images',
      'ops.image.perspective_transform',
      'ops.image.resize',
      'ops.image.rgb_to_grayscale',
      'ops.image.rgb_to_hsv',
      'ops.image.scale_and_translate',
      'utils.pad_sequences',
    ]);
  });

  it.each(running.map((golden, i) => [`${i} ${nameOf(golden)}`, golden] as const))(
    '%s',
    async (_name, golden) => {
      if ('function' in golden) {
        const options = Object.entries(golden.kwargs).map(([key, value]) => [
          camelCase(key),
          value,
        ]);
        const [x] = golden.args.map((arg) => (isGoldenArray(arg) ? toTensor(arg) : arg));
        const f = functions[golden.function];
        if (f === undefined) expect.fail('the function is not there');
        expectClose(f(x as TensorLike, Object.fromEntries(options) as Config), golden.output);
      } else if ('adapt' in golden) {
        const layer = layers.deserialize(golden) as layers.Normalization;
        await layer.adapt(toTensor(golden.adapt));
        expectClose(layer.apply(toTensor(golden.call.inputs)), golden.output);
        layer.dispose();
      } else {
        expect.fail('the layer is not there');
      }
    },
  );
});
