import { ValueError } from '../../errors.js';
import type { ArrayFormat } from './elements.js';

// Which format the name of a file says.

/** A format for weights in one file. */
export interface WeightsFormat {
  /** With its dot. */
  readonly extension: string;
  /** What reads and writes it, loaded when a file of it comes. Undefined for Keras's own format. */
  readonly load?: () => Promise<ArrayFormat>;
}

const FORMATS = {
  safetensors: {
    extension: '.safetensors',
    load: async () => (await import('./safetensors.js')).safetensorsWeights,
  },
  npz: { extension: '.npz', load: async () => (await import('./npz.js')).npzWeights },
  // In Keras's own, weights belong to layers: `nn/saving/keras-weights.ts`.
  h5: { extension: '.weights.h5' },
} satisfies Record<string, WeightsFormat>;

/** The formats of `saveWeights` and `loadWeights`. */
export const WEIGHTS_FORMATS: Readonly<Record<WeightsFormatName, WeightsFormat>> = FORMATS;

/** A format for weights in one file. */
export type WeightsFormatName = keyof typeof FORMATS;

/** Files of Keras's that hold a model, with its weights. */
const KERAS_FILE = /\.(keras|h5|hdf5)$/i;

/** The file of Keras's that says in which files the weights are. */
const SHARDS_FILE = /\.weights\.json$/i;

/**
 * The format named by `format`, or by the extension of `location`; undefined if neither says.
 *
 * @param owner the method, for messages
 * @param isRead whether the file is read: then it may also be one of Keras's that holds a whole model
 * @throws ValueError for a format that is not supported, listing those that are.
 */
export function weightsFormatName(
  owner: string,
  location: string | undefined,
  format: string | undefined,
  isRead = false,
): WeightsFormatName | undefined {
  const names = Object.keys(FORMATS) as WeightsFormatName[];
  const supported = (): string => {
    const list = names.map((name) => `'${name}' (${FORMATS[name].extension})`);
    return `supported are ${list.slice(0, -1).join(', ')} and ${list.at(-1) ?? ''}`;
  };
  if (format !== undefined) {
    if (Object.hasOwn(FORMATS, format)) return format as WeightsFormatName;
    throw new ValueError(`${owner}: format '${format}' is not supported; ${supported()}.`);
  }
  if (location === undefined) return undefined;
  const path = withoutQuery(location).toLowerCase();
  const found = names.find((name) => path.endsWith(FORMATS[name].extension));
  if (found !== undefined) return found;
  if (isRead && (KERAS_FILE.test(path) || SHARDS_FILE.test(path))) return 'h5';
  throw new ValueError(
    `${owner}: the name '${location}' does not end in a supported extension; ${supported()}. Change the name, or say ` +
      `which: ${isRead ? 'loadWeights(source' : 'saveWeights(target'}, { format }).`,
  );
}

/** Whether the name is that of a file in which Keras keeps a model. */
export function isKerasName(location: string): boolean {
  return KERAS_FILE.test(withoutQuery(location));
}

/** Whether the name is that of a file that holds weights alone. */
export function isWeightsName(location: string): boolean {
  const path = withoutQuery(location).toLowerCase();
  return Object.values(WEIGHTS_FORMATS).some(({ extension }) => path.endsWith(extension));
}

/** Throws for the name of a file in a format that models are not written in. */
export function checkModelLocation(owner: string, location: string): void {
  const isWeights = isWeightsName(location);
  if (!isWeights && !/\.(h5|hdf5)$/i.test(withoutQuery(location))) return;
  const extension = /\.\w+$/.exec(withoutQuery(location))?.[0] ?? '';
  throw new ValueError(
    `${owner}: '${location}' ends in ${extension}, which is not supported for models; supported are .keras and the ` +
      `layers-model of TensorFlow.js, a folder with model.json.` +
      (isWeights ? ' For weights only, use saveWeights and loadWeights.' : ''),
  );
}

/** Of a URL the path counts, not the query. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '');
}
