// A data set of the files of a folder: a chunk that is loaded when a program asks for one.
import { isUrl } from '../../config/index.js';
import { printable } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { aheadStage } from '../../data/dataset/ahead.js';
import { Dataset } from '../../data/index.js';
import type { ElementPart } from '../../data/index.js';
import { PICTURE_ENDINGS } from '../../formats/pictures/kind.js';
import { shuffleStage } from '../../data/dataset/shuffle.js';
import { tensorStage } from '../../data/dataset/tensors.js';
import { fileHost } from '../../places/platform.js';
import { randint, RandomState, SeedGenerator } from '../../random/index.js';
import { keep, tensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { defaultWriter } from '../../terminal/platform.js';
import { listFolder } from './folders.js';
import type { FolderFile, FolderListing, PictureFolder } from './folders.js';
import { checkImageDataset } from './image-dataset-options.js';
import type { CheckedImageDataset } from './image-dataset-options.js';
import type { ImageDataset, ImageDatasetOptions } from './image-dataset.js';
import { pictureTensor } from './picture-element.js';
import { pictureOfWorker, workerCount } from './picture-workers.js';

/** A file with its class. */
interface Sample {
  readonly file: FolderFile;
  /** Undefined without labels. */
  readonly label: number | undefined;
}

/** Files of a folder with their classes. */
interface Samples {
  readonly samples: readonly Sample[];
  /** Null without labels. */
  readonly classNames: readonly string[] | null;
}

/** What seeds of orders are drawn below. */
const SEEDS = 1e6;

/** Parameters and errors: see `imageDatasetFromDirectory`. */
export async function makeImageDataset(
  owner: string,
  folder: PictureFolder,
  given: ImageDatasetOptions,
): Promise<ImageDataset | [ImageDataset, ImageDataset]> {
  const options = checkImageDataset(owner, given);
  const { labelMode, shuffle, subset, validationSplit = 0, verbose } = options;
  const listing = await listFolder(owner, folder, options.followLinks);
  const { samples, classNames } = await samplesOf(owner, listing, options);
  if (labelMode === 'binary' && classNames?.length !== 2) {
    throw new ValueError(
      `${owner}: labelMode 'binary' needs 2 classes, got ${classNames?.length ?? 0}: ${(classNames ?? []).join(', ')}.`,
    );
  }
  const tell = (text: string): void => {
    if (verbose) defaultWriter().write(`${text}\n`);
  };
  const classes = classNames === null ? '' : ` belonging to ${classNames.length} classes`;
  tell(`Found ${samples.length} files${classes}.`);
  const seed = options.seed ?? drawSeed();
  const ordered = shuffle ? new RandomState(seed).permutation(samples) : samples;
  const ofTraining = samples.length - Math.trunc(validationSplit * samples.length);
  const root = typeof folder === 'string' || isUrl(folder) ? String(folder) : undefined;
  const part = (name: 'training' | 'validation' | undefined): ImageDataset => {
    const chosen =
      name === undefined
        ? ordered
        : name === 'training'
          ? ordered.slice(0, ofTraining)
          : ordered.slice(ofTraining);
    if (name !== undefined) tell(`Using ${chosen.length} files for ${name}.`);
    if (chosen.length === 0) {
      throw new ValueError(
        `${owner}: no ${name === undefined ? '' : `${name} `}pictures in ${listing.name}. Looked for ${PICTURE_ENDINGS.join(', ')}` +
          `${options.labels === 'inferred' ? ' in the folders of its classes; without classes give labels: null' : ''}.`,
      );
    }
    // Pictures for validation keep their order, if both parts are asked for.
    const isShuffled = shuffle && !(subset === 'both' && name === 'validation');
    const dataset = pipeline(chosen, classNames, options, isShuffled ? seed : undefined);
    return Object.assign(dataset, {
      classNames,
      filePaths: chosen.map(({ file }) =>
        root === undefined ? file.path : fileHost().join(root, file.path),
      ),
    });
  };
  return subset === 'both' ? [part('training'), part('validation')] : part(subset);
}

function drawSeed(): number {
  const drawn = randint([], 0, SEEDS);
  const seed = drawn.item();
  drawn.dispose();
  return seed;
}

async function samplesOf(
  owner: string,
  listing: FolderListing,
  { labels, classNames }: CheckedImageDataset,
): Promise<Samples> {
  if (labels === 'inferred') {
    const { subfolders } = listing;
    const strange = classNames?.filter((name) => !subfolders.includes(name)) ?? [];
    if (strange.length > 0) {
      throw new ValueError(
        `${owner}: ${strange.map((name) => `'${printable(name)}'`).join(', ')} of classNames is no folder in ${listing.name}. ` +
          `There are: ${subfolders.map((name) => printable(name)).join(', ') || 'none'}.`,
      );
    }
    const classes = classNames ?? subfolders;
    const samples: Sample[] = [];
    for (const [label, name] of classes.entries()) {
      for (const file of await listing.filesIn(name)) samples.push({ file, label });
    }
    return { samples, classNames: classes };
  }
  const files = await listing.filesIn('');
  if (labels === null) {
    return { samples: files.map((file) => ({ file, label: undefined })), classNames: null };
  }
  if (labels.length !== files.length) {
    throw new ValueError(
      `${owner}: labels has ${labels.length} numbers, but there are ${files.length} pictures in ${listing.name}. Give one for each.`,
    );
  }
  return {
    samples: files.map((file, i) => ({ file, label: labels[i] })),
    classNames: [...new Set(labels)].sort((a, b) => a - b).map(String),
  };
}

/** Places in the buffer of a shuffle: so many batches, or so many pictures that come one by one. */
const [BUFFERED_BATCHES, BUFFERED_PICTURES] = [8, 1024];

/** Batches that are ready before they are asked for. */
const READY = 2;

function pipeline(
  samples: readonly Sample[],
  classNames: readonly string[] | null,
  options: CheckedImageDataset,
  seed: number | undefined,
): Dataset<Tensor | ElementPart[]> {
  const { batchSize, settings, workers } = options;
  const rows = tensorStage([Int32Array.from(samples, (_, i) => i)]);
  const bufferSize = batchSize === undefined ? BUFFERED_PICTURES : batchSize * BUFFERED_BATCHES;
  const order =
    seed === undefined
      ? rows
      : shuffleStage(rows, { bufferSize, seed: new SeedGenerator(seed), reshuffles: true });
  const count = workerCount(workers);
  const load = async ({ path, source }: FolderFile): Promise<Tensor> => {
    if (typeof source !== 'string') {
      return pictureTensor('getFile' in source ? await source.getFile() : source, path, settings);
    }
    return count === 0
      ? pictureTensor(source, source, settings)
      : pictureOfWorker(count, source, source, settings);
  };
  const stage = aheadStage(order, {
    // What workers do while a step of training runs must be enough for the next batch.
    count: count === 0 ? 1 : READY * (batchSize ?? 16),
    make: async (row) => {
      const sample = samples[row];
      if (sample === undefined) throw new RangeError(`there is no picture ${row}`);
      const picture = await load(sample.file);
      return sample.label === undefined
        ? picture
        : [picture, labelTensor(sample.label, classNames ?? [], options)];
    },
  });
  const dataset = new Dataset<Tensor | ElementPart[]>(stage);
  return (batchSize === undefined ? dataset : dataset.batch(batchSize)).prefetch(READY);
}

function labelTensor(
  label: number,
  classNames: readonly string[],
  { labelMode }: CheckedImageDataset,
): Tensor {
  if (labelMode === 'int') return keep(tensor(label, { dtype: 'int32' }));
  if (labelMode === 'binary') return keep(tensor([label]));
  return keep(tensor(classNames.map((_, i) => Number(i === label))));
}
