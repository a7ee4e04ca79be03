// A data set of the files of a folder, whatever is in them.
import { isUrl } from '../../../config/index.js';
import { printable } from '../../../config/describe-value.js';
import { aheadStage } from '../../../nn/data/dataset/ahead.js';
import { Dataset } from '../../../nn/data/dataset/dataset.js';
import type { Element, ElementPart } from '../../../nn/data/dataset/element.js';
import { elementKind } from '../../../nn/data/dataset/item-kind.js';
import type { ItemKind } from '../../../nn/data/dataset/item-kind.js';
import { shuffleStage } from '../../../nn/data/dataset/shuffle.js';
import { tensorStage } from '../../../nn/data/dataset/tensors.js';
import { ValueError } from '../../../errors.js';
import { fileHost } from '../../../files/locations/platform.js';
import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { RandomState } from '../../../engine/random/random-state.js';
import { randint } from '../../../engine/random/draw.js';
import { keep, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { defaultWriter } from '../../../config/platform.js';
import type {
  BothSubsets,
  CheckedFolderDataset,
  Labeled,
  OneSubset,
  Unlabeled,
} from './folder-options.js';
import { listFolder } from './list-folder.js';
import type { FolderFile, FolderListing, FolderSource } from './list-folder.js';

/** The files of a folder as elements, with or without labels: `[x: Tensor, y: Tensor]` or `Tensor`. */
export interface FolderDataset<E extends Element> extends Dataset<E> {
  /** The classes in the order of their numbers; null without labels. */
  readonly classNames: readonly string[] | null;
  /** The paths of the files, in the order before passes shuffle them. */
  readonly filePaths: readonly string[];
}

/** Only the running program knows whether there are labels. */
type FilesOrPairs<Part extends ElementPart> = FolderDataset<Part | [x: Part, y: Tensor]>;

/**
 * A function that makes a data set of the files of a folder. Its options say in the types whether elements have labels, and whether
 * there are two data sets. If the options are known only when the program runs, elements are either of the two.
 */
export interface FolderDatasetFunction<Options, Part extends ElementPart> {
  (
    directory: FolderSource,
    options: Options & Unlabeled & BothSubsets,
  ): Promise<[FolderDataset<Part>, FolderDataset<Part>]>;
  (directory: FolderSource, options: Options & Unlabeled & OneSubset): Promise<FolderDataset<Part>>;
  (
    directory: FolderSource,
    options: Options & Labeled & BothSubsets,
  ): Promise<[FolderDataset<[x: Part, y: Tensor]>, FolderDataset<[x: Part, y: Tensor]>]>;
  (
    directory: FolderSource,
    options?: Options & Labeled & OneSubset,
  ): Promise<FolderDataset<[x: Part, y: Tensor]>>;
  (
    directory: FolderSource,
    options: Options & BothSubsets,
  ): Promise<[FilesOrPairs<Part>, FilesOrPairs<Part>]>;
  (directory: FolderSource, options?: Options & OneSubset): Promise<FilesOrPairs<Part>>;
}

/** What kind of files a data set is made of. */
export interface FileKind<Part extends ElementPart> {
  /** The name in messages. */
  readonly name: string;
  /** How their names end, in small letters. */
  readonly endings: readonly string[];
  /** How many are read before they are asked for. */
  readonly ahead: number;
  /** What becomes of a file. It belongs to no scope. */
  readonly read: (file: FolderFile) => Promise<Part>;
  /** How elements become a batch. Default: they are stacked. */
  readonly itemKind?: ItemKind<Element>;
}

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

/**
 * The files of a folder, found, shuffled and split in the order of Keras.
 *
 * @throws ValueError for labels that do not fit and for a folder without such files, DatasetError where there is no folder
 */
export async function makeFolderDataset<Part extends ElementPart>(
  owner: string,
  folder: FolderSource,
  options: CheckedFolderDataset,
  kind: FileKind<Part>,
): Promise<FilesOrPairs<Part> | [FilesOrPairs<Part>, FilesOrPairs<Part>]> {
  const { labelMode, shuffle, subset, validationSplit = 0, verbose } = options;
  const listing = await listFolder(owner, folder, options.followLinks, kind.endings);
  const { samples, classNames } = await samplesOf(owner, kind.name, listing, options);
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
  const part = (name: 'training' | 'validation' | undefined): FilesOrPairs<Part> => {
    const chosen =
      name === undefined
        ? ordered
        : name === 'training'
          ? ordered.slice(0, ofTraining)
          : ordered.slice(ofTraining);
    if (name !== undefined) tell(`Using ${chosen.length} files for ${name}.`);
    if (chosen.length === 0) {
      throw new ValueError(
        `${owner}: no ${name === undefined ? '' : `${name} `}${kind.name} in ${listing.name}. Looked for ${kind.endings.join(', ')}` +
          `${options.labels === 'inferred' ? ' in the folders of its classes; without classes give labels: null' : ''}.`,
      );
    }
    // Files for validation keep their order, if both parts are asked for.
    const isShuffled = shuffle && !(subset === 'both' && name === 'validation');
    const dataset = pipeline(chosen, classNames, options, kind, isShuffled ? seed : undefined);
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
  kind: string,
  listing: FolderListing,
  { labels, classNames }: CheckedFolderDataset,
): Promise<Samples> {
  if (labels === 'inferred') {
    const { subfolders } = listing;
    const strange = classNames?.filter((name) => !subfolders.includes(name)) ?? [];
    if (strange.length > 0) {
      throw new ValueError(
        `${owner}: ${strange.map((name) => `'${printable(name)}'`).join(', ')} of classNames is not a folder in ${listing.name}. ` +
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
      `${owner}: labels has ${labels.length} numbers, but there are ${files.length} ${kind} in ${listing.name}. Give one for each.`,
    );
  }
  return {
    samples: files.map((file, i) => ({ file, label: labels[i] })),
    classNames: [...new Set(labels)].sort((a, b) => a - b).map(String),
  };
}

/** Positions in the buffer of a shuffle: so many batches, or so many files that come one by one. */
const [BUFFERED_BATCHES, BUFFERED_FILES] = [8, 1024];

/** Batches that are ready before they are asked for. */
export const READY = 2;

function pipeline<Part extends ElementPart>(
  samples: readonly Sample[],
  classNames: readonly string[] | null,
  options: CheckedFolderDataset,
  { read, ahead, itemKind = elementKind }: FileKind<Part>,
  seed: number | undefined,
): Dataset<Part | [x: Part, y: Tensor]> {
  const { batchSize } = options;
  const rows = tensorStage([Int32Array.from(samples, (_, i) => i)]);
  const bufferSize = batchSize === undefined ? BUFFERED_FILES : batchSize * BUFFERED_BATCHES;
  const order =
    seed === undefined
      ? rows
      : shuffleStage(rows, { bufferSize, seed: new SeedGenerator(seed), reshuffles: true });
  const stage = aheadStage(order, {
    count: ahead,
    make: async (row) => {
      const sample = samples[row];
      if (sample === undefined) throw new RangeError(`there is no file ${row}`);
      const part = await read(sample.file);
      return sample.label === undefined
        ? part
        : [part, labelTensor(sample.label, classNames ?? [], options)];
    },
  });
  const dataset = new Dataset<Part | [x: Part, y: Tensor]>({ ...stage, kind: itemKind });
  return (batchSize === undefined ? dataset : dataset.batch(batchSize)).prefetch(READY);
}

function labelTensor(
  label: number,
  classNames: readonly string[],
  { labelMode }: CheckedFolderDataset,
): Tensor {
  if (labelMode === 'int') return keep(tensor(label, { dtype: 'int32' }));
  if (labelMode === 'binary') return keep(tensor([label]));
  return keep(tensor(classNames.map((_, i) => Number(i === label))));
}
