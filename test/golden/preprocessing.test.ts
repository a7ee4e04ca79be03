// Functions and adapted layers of preprocessing against Keras. Calls of its other layers are in layer-calls.test.ts.
import { describe, expect, it } from 'vitest';
import { camelCase } from '../../src/config/index.js';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import { layerRegistry } from '../../src/nn/layers/registry.js';
import { image } from '../../src/engine/ops/generated/public-operations.js';
import { operationFromConfig } from '../../src/engine/ops/graphs/operation-config.js';
import type { Tensor, TensorLike } from '../../src/engine/tensor/index.js';
import { fromChannelsLast, toChannelsLast } from '../../src/engine/ops/windows/data-format.js';
import * as utils from '../../src/utils.js';
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

/** A layer of images, with the transformation that it has drawn, or null where it draws none. */
interface TransformedCase {
  readonly class_name: string;
  readonly config: Config;
  readonly training: boolean;
  readonly images: GoldenArray;
  readonly transformation: unknown;
  readonly output: GoldenArray;
}

/** A call of a layer. */
interface CallCase {
  readonly class_name: string;
  readonly call: object;
}

const { source, cases } = readGolden<FunctionCase | AdaptedCase | TransformedCase | CallCase>(
  'preprocessing',
);

const others = cases.filter(
  (golden): golden is FunctionCase | AdaptedCase | TransformedCase =>
    !('call' in golden) || 'adapt' in golden,
);

const functions: Readonly<Record<string, (x: TensorLike, options: Config) => Tensor>> = {
  'utils.normalize': (x, { axis, order }) =>
    utils.normalize(x, axis as number | undefined, order as number | undefined),
  'utils.pad_sequences': (sequences, options) =>
    utils.padSequences(sequences as readonly TensorLike[], options),
  'utils.to_categorical': (x, { numClasses }) =>
    utils.toCategorical(x, numClasses as number | undefined),
};

/** Keras's classes of the operations of images, whose last letters of names are as in `RGBToHSV`. */
const IMAGES = 'ops.image.';

const classOf = (name: string): string =>
  name
    .slice(IMAGES.length)
    .replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/Rgb|Hsv/g, (color) => color.toUpperCase());

/** What the first arguments behind the images are called that Keras's classes take in the constructor. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'ops.image.crop_images': ['top_cropping', 'left_cropping'],
  'ops.image.extract_patches': ['size'],
  'ops.image.pad_images': ['top_padding', 'left_padding'],
  'ops.image.resize': ['size'],
};

/** The arguments of Keras's classes that stand last in a call. */
const LAST: Readonly<Record<string, readonly string[]>> = {
  'ops.image.scale_and_translate': ['spatial_dims', 'method'],
};

/** What an operation of images makes of the arguments of a case, called as Keras's files call it. */
function callImages({ function: name, args, kwargs }: FunctionCase): Tensor {
  const given = args.map((arg) => (isGoldenArray(arg) ? toTensor(arg) : arg));
  const last = LAST[name] ?? [];
  const first = PARAMETERS[name] ?? [];
  const inCall = given.slice(0, first.length > 0 ? 1 : given.length - last.length);
  const rest = given.slice(inCall.length);
  const named = [...first, ...last].map((key, i) => [key, rest[i]] as const);
  // Keras on PyTorch takes channels to be first here, whatever it is told, and blurs along width and channels.
  const ofBlur = name === 'ops.image.gaussian_blur' ? { data_format: 'channels_first' } : {};
  const config = { ...Object.fromEntries(named), ...kwargs, ...ofBlur };
  const call = operationFromConfig('keras.src.ops.image', classOf(name), config);
  const { operation, args: own } = call({ args: inCall, kwargs: {} });
  return operation(...(own as never[])) as Tensor;
}

/**
 * What Keras computes on PyTorch alone: here are the numbers of Keras on JAX (images.test.ts). They are another cubic without
 * antialiasing, and halves that go to the even pixel.
 */
function ofPyTorch({ function: name, kwargs }: FunctionCase): string {
  const { interpolation, antialias = false } = kwargs;
  if (name === 'ops.image.resize' && interpolation === 'bicubic' && antialias === false) return " with PyTorch's cubic"; // prettier-ignore
  if (name === 'ops.image.affine_transform' && interpolation === 'nearest') return " with PyTorch's halves"; // prettier-ignore
  return '';
}

/** Why a case does not say what Keras computes: too little is known of what was drawn, or PyTorch computes with whole numbers. */
const UNSAID: Readonly<Record<string, string>> = {
  ContrastLimitedAdaptiveHistogramEqualization: "limits are PyTorch's whole numbers",
  RandomColorJitter: 'draws while it transforms',
  RandomElasticTransform: 'draws its noise while it transforms',
};

/** What is left unsaid of a case of a layer of images; null: nothing. */
const unsaid = ({ class_name: name, training }: TransformedCase): string | null =>
  training ? (UNSAID[name] ?? null) : null;

const nameOf = (golden: (typeof others)[number]): string => {
  if ('function' in golden) return golden.function + ofPyTorch(golden);
  const reason = 'images' in golden ? unsaid(golden) : null;
  return golden.class_name + (reason === null ? '' : `: ${reason}`);
};

const { running, pending } = splitCases(others, nameOf, (golden) => {
  if ('function' in golden) {
    const isKnown = Object.hasOwn(functions, golden.function);
    return isKnown || (golden.function.startsWith(IMAGES) && ofPyTorch(golden) === '');
  }
  if (!layerRegistry.has(golden.class_name)) return false;
  return 'adapt' in golden || unsaid(golden) === null;
});

/** Rotations of which a pixel may come from the middle between two: there PyTorch takes the even one. */
const mayMeetHalves = ({ class_name: name, config, transformation }: TransformedCase): boolean =>
  name === 'RandomRotation' && config['interpolation'] === 'nearest' && transformation !== null;

/** The images of such a case, moved by a hair to each side as well, which decides for one of two pixels between which a position is. */
function turnedAbout({ config, images, transformation }: TransformedCase): Tensor[] {
  const { angle } = transformation as { readonly angle: GoldenArray };
  const [, height = 0, width = 0] = images.shape;
  const fillMode = config['fill_mode'] as 'reflect';
  return [-1e-4, 1e-4].flatMap((right) =>
    [-1e-4, 1e-4].map((down) => {
      const origins = angle.data.map((degrees) => {
        const radians = (degrees * Math.PI) / 180;
        const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
        const [x, y] = [(width - 1) / 2, (height - 1) / 2];
        return [cos, -sin, x - cos * x + sin * y + right, sin, cos, y - sin * x - cos * y + down, 0, 0]; // prettier-ignore
      });
      return image.affineTransform(toTensor(images), origins, { fillMode, interpolation: 'nearest' }); // prettier-ignore
    }),
  );
}

/** What a layer makes of images by a transformation that Keras has drawn. */
function transformed(golden: TransformedCase): Tensor {
  const { training, transformation } = golden;
  const layer = layers.deserialize(golden) as layers.BaseImagePreprocessingLayer;
  const images = toTensor(golden.images);
  if (!training) return layer.apply(images, { training });
  const isSingle = images.ndim === 3;
  const batch = toChannelsLast(isSingle ? images.expandDims(0) : images, layer.dataFormat);
  const out = layer.transformImages(batch, ofTransformation(transformation));
  const result = fromChannelsLast(out, layer.dataFormat);
  return isSingle ? result.squeeze(0) : result;
}

/** What Keras has drawn, as the layers here draw it: names in camelCase, and tensors. */
function ofTransformation(value: unknown): unknown {
  if (isGoldenArray(value)) return toTensor(value);
  if (Array.isArray(value)) return value.map(ofTransformation);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [camelCase(key), ofTransformation(part)]); // prettier-ignore
  return Object.fromEntries(entries);
}

describe(`preprocessing agrees with ${source}`, () => {
  it('has every function and layer of the file but those listed', () => {
    expectPending(pending, [
      "ContrastLimitedAdaptiveHistogramEqualization: limits are PyTorch's whole numbers",
      'RandomColorJitter: draws while it transforms',
      'RandomElasticTransform: draws its noise while it transforms',
      "ops.image.affine_transform with PyTorch's halves",
      "ops.image.resize with PyTorch's cubic",
    ]);
  });

  it.each(running.map((golden, i) => [`${i} ${nameOf(golden)}`, golden] as const))(
    '%s',
    async (_name, golden) => {
      if ('function' in golden && golden.function.startsWith(IMAGES)) {
        expectClose(callImages(golden), golden.output);
      } else if ('function' in golden) {
        const options = Object.entries(golden.kwargs).map(([key, value]) => [
          camelCase(key),
          value,
        ]);
        const [x] = golden.args.map((arg) => (isGoldenArray(arg) ? toTensor(arg) : arg));
        const f = functions[golden.function];
        if (f === undefined) expect.fail('the function is not there');
        expectClose(f(x as TensorLike, Object.fromEntries(options) as Config), golden.output);
      } else if ('images' in golden) {
        if (mayMeetHalves(golden)) {
          const some = turnedAbout(golden).map((x) => x.data());
          const own = transformed(golden).data();
          golden.output.data.forEach((expected, i) => {
            const isOne = (x: ArrayLike<number>): boolean => Math.abs((x[i] ?? NaN) - expected) < 1e-3; // prettier-ignore
            expect(some.some(isOne), `element ${i}`).toBe(true);
            // Where no place is between two pixels it is the layer's.
            expect(isOne(own) || !some.every(isOne), `element ${i} of the layer`).toBe(true);
          });
          return;
        }
        expectClose(transformed(golden), golden.output);
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
