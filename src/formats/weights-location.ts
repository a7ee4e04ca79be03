import { ValueError } from '../errors.js';

/** The formats of `saveWeights` and `loadWeights`, and the extensions of their files. */
const EXTENSIONS = {
  safetensors: '.safetensors',
  npz: '.npz',
  h5: '.weights.h5',
} as const;

/** A format for weights in one file. */
export type WeightsFormatName = keyof typeof EXTENSIONS;

const SUPPORTED = "'safetensors' (.safetensors), 'npz' (.npz) and 'h5' (.weights.h5)";

/** Files of Keras's that hold weights besides. */
const KERAS_FILES = /\.(keras|h5|hdf5)$/;

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
  if (format !== undefined) {
    if (Object.hasOwn(EXTENSIONS, format)) return format as WeightsFormatName;
    throw new ValueError(
      `${owner}: format '${format}' is not supported; supported are ${SUPPORTED}.`,
    );
  }
  if (location === undefined) return undefined;
  // Of a URL the path counts, not the query.
  const path = location.replace(/[?#].*$/s, '').toLowerCase();
  const names = Object.keys(EXTENSIONS) as WeightsFormatName[];
  const found = names.find((name) => path.endsWith(EXTENSIONS[name]));
  if (found !== undefined) return found;
  if (isRead && KERAS_FILES.test(path)) return 'h5';
  throw new ValueError(
    `${owner}: the name '${location}' does not end in a supported extension; supported are ${SUPPORTED}. Change ` +
      `the name, or say which with the option format.`,
  );
}
