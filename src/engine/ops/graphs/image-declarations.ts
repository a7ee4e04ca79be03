// Declarations of the operations of images.
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { checkKeys, keras, NEEDED, setting } from './declaration.js';
import type { Declaration, Settings } from './declaration.js';
import { decodeOperand, encodeOperand } from './operand-config.js';

const FORMAT = { data_format: null };

/** A class of images whose other arguments are options. */
export const ofImages = (className: string, options: Settings = {}): Declaration =>
  keras(className, ['images'], {}, { options: { ...options, ...FORMAT } });

export const resize: Declaration = keras(
  'image.Resize',
  ['images'],
  { size: NEEDED },
  {
    options: {
      interpolation: 'bilinear',
      antialias: false,
      crop_to_aspect_ratio: false,
      pad_to_aspect_ratio: false,
      fill_mode: 'constant',
      fill_value: 0,
      ...FORMAT,
    },
  },
);

const SAMPLING = { interpolation: 'bilinear', fill_mode: 'constant', fill_value: 0 };

export const affineTransform: Declaration = keras(
  'image.AffineTransform',
  ['images', 'transform'],
  {},
  { options: { ...SAMPLING, ...FORMAT } },
);

export const perspectiveTransform: Declaration = keras(
  'image.PerspectiveTransform',
  ['images', 'start_points', 'end_points'],
  {},
  { options: { interpolation: 'bilinear', fill_value: 0, ...FORMAT } },
);

export const mapCoordinates: Declaration = keras(
  'image.MapCoordinates',
  ['inputs', 'coordinates'],
  { order: NEEDED },
  { options: { fill_mode: 'constant', fill_value: 0 } },
);

export const elasticTransform: Declaration = ofImages('image.ElasticTransform', {
  alpha: 20,
  sigma: 5,
  ...SAMPLING,
  fill_mode: 'reflect',
  seed: setting(null, null, (seed) => {
    if (seed === null || typeof seed === 'number') return seed;
    throw new ValueError(
      `elasticTransform: the seed ${describeValue(seed)} cannot be written into a file. Use a number.`,
    );
  }),
});

const sides = (what: string): Settings =>
  Object.fromEntries(
    [`top_${what}`, `left_${what}`, `bottom_${what}`, `right_${what}`, 'target_height', 'target_width'].map(
      (name) => [name, null],
    ),
  ); // prettier-ignore

export const cropImages: Declaration = ofImages('image.CropImages', sides('cropping'));

export const padImages: Declaration = ofImages('image.PadImages', sides('padding'));

export const gaussianBlur: Declaration = ofImages('image.GaussianBlur', {
  kernel_size: setting(null, [3, 3], (size) => size ?? [3, 3]),
  sigma: setting(null, [1, 1], (sigma) => sigma ?? [1, 1]),
});

export const ssim: Declaration = keras(
  'image.SSIM',
  ['image1', 'image2'],
  {},
  {
    options: {
      max_val: 1,
      filter_size: 11,
      filter_sigma: 1.5,
      k1: 0.01,
      k2: 0.03,
      ...FORMAT,
    },
  },
);

/** Keras's class holds a list for a number, and never null. */
const PATCHES = {
  padding: 'valid',
  data_format: setting(null, 'channels_last', (format) => format ?? 'channels_last'),
};

const sizeOfPatch = (axes: number): Settings => ({
  size: setting(NEEDED, NEEDED, (size) =>
    typeof size === 'number' ? new Array<number>(axes).fill(size) : size,
  ),
});

/** Where no strides are given, the size of a patch stands in the config. */
const asSize = setting(null, NEEDED, (strides, config) => strides ?? config['size']);

/** One class stands for the patches of images and of volumes: the size of a patch has two numbers or three. */
function extracting(axes: 2 | 3): Declaration {
  const declaration = keras('image.ExtractPatches', ['images'], sizeOfPatch(axes), {
    options: { strides: asSize, dilation_rate: 1, ...PATCHES },
  });
  return {
    ...declaration,
    read(config) {
      const { size } = config;
      const isOfVolumes = Array.isArray(size) && size.length === 3;
      const read = declaration.read(config);
      return (call) => (isOfVolumes === (axes === 3) ? read(call) : undefined);
    },
  };
}

export const extractPatches: Declaration = extracting(2);

export const extractPatches3d: Declaration = extracting(3);

export const reconstructPatches: Declaration = keras(
  'image.ReconstructPatches',
  ['patches'],
  sizeOfPatch(2),
  {
    options: {
      output_size: null,
      strides: setting(null, NEEDED, (strides, config) =>
        typeof strides === 'number'
          ? (config['size'] as readonly number[]).map(() => strides)
          : (strides ?? config['size']),
      ),
      ...PATCHES,
    },
  },
);

const SCALING = ['images', 'output_shape', 'scale', 'translation'];

/** Keras's call has a list of lengths among the tensors. */
export const scaleAndTranslate: Declaration = {
  className: 'image.ScaleAndTranslate',
  aliases: [],
  rank: undefined,
  write: (name, [images, shape, scale, translation, spatialDims, method, antialias = true]) => ({
    config: { spatial_dims: spatialDims, method, antialias },
    args: [
      encodeOperand(name, 'images', images),
      shape,
      encodeOperand(name, 'scale', scale),
      encodeOperand(name, 'translation', translation),
    ],
    kwargs: {},
  }),
  read(config) {
    checkKeys(this.className, 'config', config, ['name', 'spatial_dims', 'method', 'antialias']);
    const { spatial_dims: spatialDims, method, antialias = true } = config;
    return ({ args, kwargs }) => {
      checkKeys(this.className, 'call', kwargs, SCALING);
      const [images, shape, scale, translation] = SCALING.map((name, i) => args[i] ?? kwargs[name]);
      const [x, scales, moves] = [images, scale, translation].map((operand) =>
        decodeOperand(this.className, operand),
      );
      return [x, shape, scales, moves, spatialDims, method, antialias];
    };
  },
};
