import {
  checkBoolean,
  checkLength,
  checkNumber,
  checkOptions,
  isListOf,
  oneOf,
} from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { COLOR_MODES } from '../../formats/pictures/names.js';
import { sizesOf } from '../../ops/image/images.js';
import { INTERPOLATIONS } from '../../ops/image/interpolation.js';
import { checkDataFormat } from '../../ops/windows/data-format.js';
import { maxBytesOf } from '../../places/source.js';
import type { ImageDatasetOptions } from './image-dataset.js';
import { checkMaxPixels } from './load-img.js';
import type { PictureSettings } from './picture-element.js';

const OPTIONS = [
  'labels',
  'labelMode',
  'classNames',
  'colorMode',
  'batchSize',
  'imageSize',
  'shuffle',
  'seed',
  'validationSplit',
  'subset',
  'interpolation',
  'followLinks',
  'cropToAspectRatio',
  'padToAspectRatio',
  'dataFormat',
  'verbose',
  'workers',
  'maxPixels',
  'maxBytes',
] as const satisfies readonly (keyof ImageDatasetOptions)[];

/** The options with their checks made. */
export interface CheckedImageDataset {
  readonly labels: 'inferred' | readonly number[] | null;
  readonly labelMode: 'int' | 'binary' | 'categorical' | null;
  readonly classNames: readonly string[] | undefined;
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  readonly seed: number | undefined;
  readonly validationSplit: number | undefined;
  readonly subset: 'training' | 'validation' | 'both' | undefined;
  readonly followLinks: boolean;
  readonly verbose: boolean;
  readonly workers: number | 'auto';
  readonly settings: PictureSettings;
}

/** The options of `imageDatasetFromDirectory`. @throws ValueError for one that is none. */
export function checkImageDataset(
  owner: string,
  options: ImageDatasetOptions,
): CheckedImageDataset {
  checkOptions(owner, options, OPTIONS);
  const { labels = 'inferred', labelMode = 'int', colorMode = 'rgb', imageSize = 256 } = options;
  const { interpolation = 'bilinear', batchSize = 32, workers = 'auto' } = options;
  const flag = (name: keyof ImageDatasetOptions, value: unknown = false): boolean =>
    checkBoolean(owner, name, value);
  const size = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  const [height = 1, width = 1] = sizesOf(owner, 'imageSize', size, 2);
  const shuffle = flag('shuffle', options.shuffle ?? true);
  const isSeed = options.seed !== undefined && options.seed !== null;
  const seed = isSeed
    ? checkNumber(owner, 'seed', options.seed, { min: 0, max: 2 ** 32 - 1, integer: true })
    : undefined;
  const [cropToAspectRatio, padToAspectRatio] = [
    flag('cropToAspectRatio', options.cropToAspectRatio),
    flag('padToAspectRatio', options.padToAspectRatio),
  ];
  if (cropToAspectRatio && padToAspectRatio) {
    throw new ValueError(
      `${owner}: only one of cropToAspectRatio and padToAspectRatio can be true. Choose whether pictures lose what does not ` +
        `fit, or get borders.`,
    );
  }
  return {
    ...checkLabels(owner, labels, labelMode, options.classNames),
    batchSize: batchSize === null ? undefined : checkLength(owner, 'batchSize', batchSize),
    shuffle,
    seed,
    ...checkSplit(owner, options, shuffle && seed === undefined),
    followLinks: flag('followLinks', options.followLinks),
    verbose: flag('verbose', options.verbose ?? true),
    workers:
      workers === 'auto'
        ? workers
        : checkNumber(owner, 'workers', workers, { min: 0, integer: true }),
    settings: {
      colorMode: oneOf(owner, 'colorMode', colorMode, COLOR_MODES),
      size: [height, width],
      interpolation: oneOf(owner, 'interpolation', interpolation, INTERPOLATIONS),
      cropToAspectRatio,
      padToAspectRatio,
      dataFormat: checkDataFormat(owner, options.dataFormat ?? undefined),
      maxPixels: checkMaxPixels(owner, options.maxPixels),
      maxBytes: maxBytesOf(owner, options),
    },
  };
}

function checkLabels(
  owner: string,
  labels: unknown,
  labelMode: unknown,
  classNames: unknown,
): Pick<CheckedImageDataset, 'labels' | 'labelMode' | 'classNames'> {
  const isList = isListOf(labels, Number.isInteger);
  if (labels !== 'inferred' && labels !== null && !isList) {
    throw new ValueError(
      `${owner}: labels must be 'inferred', null or a list of whole numbers, one for each file, got ${describeValue(labels)}.`,
    );
  }
  const mode =
    labelMode === null
      ? null
      : oneOf(owner, 'labelMode', labelMode, ['int', 'binary', 'categorical'], 'null');
  const isNamed = classNames !== undefined && classNames !== null;
  const isName = (name: unknown): name is string => typeof name === 'string' && name !== '';
  if (isNamed && (!isListOf(classNames, isName) || classNames.length === 0)) {
    throw new ValueError(
      `${owner}: classNames must be a list of names of folders, got ${describeValue(classNames)}.`,
    );
  }
  if (isNamed && (labels !== 'inferred' || mode === null)) {
    throw new ValueError(`${owner}: classNames needs labels: 'inferred' and a labelMode.`);
  }
  const hasNone = labels === null || mode === null;
  return {
    labels: hasNone ? null : (labels as 'inferred' | readonly number[]),
    labelMode: hasNone ? null : mode,
    classNames: isNamed ? classNames : undefined,
  };
}

function checkSplit(
  owner: string,
  { validationSplit, subset }: ImageDatasetOptions,
  isUnknownOrder: boolean,
): Pick<CheckedImageDataset, 'validationSplit' | 'subset'> {
  const isPart = subset !== undefined && subset !== null;
  const isSplit = validationSplit !== undefined && validationSplit !== null;
  if (isPart !== isSplit) {
    throw new ValueError(
      `${owner}: validationSplit and subset go together: give both, such as { validationSplit: 0.2, subset: 'both' }, or none.`,
    );
  }
  if (!isPart || !isSplit) return { validationSplit: undefined, subset: undefined };
  if (isUnknownOrder) {
    throw new ValueError(
      `${owner}: shuffled files are split by a seed, so that no file is in both parts. Give seed, or shuffle: false.`,
    );
  }
  return {
    validationSplit: checkNumber(owner, 'validationSplit', validationSplit, { above: 0, below: 1 }),
    subset: oneOf(owner, 'subset', subset, ['training', 'validation', 'both'] as const),
  };
}
