// The files that commands read and write, by their names. What reads a format is loaded when a file of it comes.
import { printable } from '../config/describe-value.js';
import type { Tensor } from '../engine/tensor/index.js';
import { readCsv } from '../nn/data/csv.js';
import {
  readIdx,
  readNpy,
  readNpz,
  writeIdx,
  writeNpy,
  writeNpz,
} from '../nn/data/read-and-write.js';
import type { Model } from '../nn/models/model.js';
import { loadModel } from '../nn/saving/load-model.js';
import { UsageError } from './command.js';

/** Arrays by their names. */
export type Arrays = Readonly<Record<string, Tensor>>;

/** How a model is written. */
export interface ModelWriting {
  /** How its weights are stored; default: as they are. */
  readonly quantize: string | undefined;
  /** Whether the state of the optimizer is left out. */
  readonly noOptimizer: boolean;
}

interface ModelFormat {
  readonly kind: 'model';
  /** `compile`: whether the optimizer of the file is wanted, too. */
  readonly read: (path: string, compile: boolean) => Promise<Model>;
  readonly write?: (model: Model, path: string, writing: ModelWriting) => Promise<void>;
}

interface ArraysFormat {
  readonly kind: 'arrays';
  readonly read: (path: string) => Promise<Arrays>;
  readonly write: (arrays: Arrays, path: string) => Promise<void>;
}

interface ArrayFormat {
  readonly kind: 'array';
  readonly read: (path: string) => Promise<Tensor>;
  readonly write?: (array: Tensor, path: string) => Promise<void>;
}

/** A format of files: a model, arrays by their names (such as weights), or one array. */
export type FileFormat = (ModelFormat | ArraysFormat | ArrayFormat) & {
  /** What messages and the help call it. */
  readonly name: string;
  /** Which names files of the format have. */
  readonly pattern: RegExp;
};

const read: ModelFormat['read'] = (path, compile) => loadModel(path, { compile });

const KERAS_MODES = ['int8', 'float16'] as const;
const TFJS_MODES = ['uint8', 'uint16', 'float16'] as const;

/** How weights are stored, of what a format knows. */
function modeOf<M extends string>(
  quantize: string | undefined,
  modes: readonly M[],
  format: string,
): M | undefined {
  if (quantize === undefined) return undefined;
  const mode = modes.find((one) => one === quantize);
  if (mode !== undefined) return mode;
  throw new UsageError(
    `${format} does not store weights as '${printable(quantize)}'; --quantize is ${modes.join(' or ')}.`,
  );
}

const writeKerasModel: Required<ModelFormat>['write'] = async (model, path, writing) => {
  const mode = modeOf(writing.quantize, KERAS_MODES, 'a .keras file');
  if (mode !== undefined) await model.quantize(mode);
  await model.save(path, writing.noOptimizer ? { includeOptimizer: false } : {});
};

const writeTfjsModel: Required<ModelFormat>['write'] = async (model, path, { quantize }) => {
  const mode = modeOf(quantize, TFJS_MODES, "TensorFlow.js's format");
  const folder = path.replace(/[\\/]?model\.json$/i, '') || '.';
  await model.save(folder, mode === undefined ? {} : { quantize: mode });
};

const writeOnnxModel: Required<ModelFormat>['write'] = async (model, path, { quantize }) => {
  if (quantize !== undefined) {
    throw new UsageError('an .onnx file stores weights as they are: leave --quantize out.');
  }
  const { saveOnnx } = await import('../io/onnx.js');
  await saveOnnx(model, path);
};

/** The formats. The first whose pattern fits counts. */
export const FILE_FORMATS: readonly FileFormat[] = [
  {
    name: '.keras',
    pattern: /\.keras$/i,
    kind: 'model',
    read,
    write: writeKerasModel,
  },
  {
    name: '.weights.h5',
    pattern: /\.weights\.h5$/i,
    kind: 'arrays',
    read: async (path) => (await (await import('../io/keras.js')).readKeras(path)).weights,
    write: async (arrays, path) => (await import('../io/keras.js')).writeKerasWeights(path, arrays),
  },
  { name: '.h5', pattern: /\.(h5|hdf5)$/i, kind: 'model', read },
  {
    name: '.onnx',
    pattern: /\.onnx$/i,
    kind: 'model',
    read: async (path) => (await import('../io/onnx.js')).loadOnnx(path) as Promise<unknown> as Promise<Model>, // prettier-ignore
    write: writeOnnxModel,
  },
  {
    name: '.safetensors',
    pattern: /\.safetensors$/i,
    kind: 'arrays',
    read: async (path) =>
      (await (await import('../io/safetensors.js')).readSafetensors(path)).tensors,
    write: async (arrays, path) =>
      (await import('../io/safetensors.js')).writeSafetensors(path, arrays),
  },
  {
    name: '.npz',
    pattern: /\.npz$/i,
    kind: 'arrays',
    read: (path) => readNpz(path),
    write: (arrays, path) => writeNpz(path, arrays),
  },
  {
    name: '.npy',
    pattern: /\.npy$/i,
    kind: 'array',
    read: (path) => readNpy(path),
    write: (array, path) => writeNpy(path, array),
  },
  {
    name: 'IDX',
    pattern: /([.-]idx\d-ubyte|\.idx)(\.gz)?$/i,
    kind: 'array',
    read: (path) => readIdx(path),
    write: (array, path) => writeIdx(path, array),
  },
  {
    name: '.csv',
    pattern: /\.csv(\.gz)?$/i,
    kind: 'array',
    read: async (path) => (await readCsv(path)).x,
  },
  {
    name: 'a folder with model.json (TensorFlow.js)',
    pattern: /(^|[\\/])(model\.json|[^.\\/]*[\\/]?)$/i,
    kind: 'model',
    read,
    write: writeTfjsModel,
  },
];

/**
 * The format that the name of a file says.
 *
 * @throws UsageError for a name that says none.
 */
export function formatOf(path: string): FileFormat {
  const format = FILE_FORMATS.find(({ pattern }) => pattern.test(path));
  if (format !== undefined) return format;
  throw new UsageError(
    `the name '${printable(path)}' does not say which format it is; known are ` +
      `${FILE_FORMATS.map(({ name }) => name).join(', ')}.`,
  );
}
