// A data set of the texts of a folder: a chunk that is loaded when a program asks for one.
import { checkLength, checkOptions } from '../../../config/index.js';
import { FormatError } from '../../../errors.js';
import { StringArray } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { checkFolderDataset, FOLDER_OPTIONS } from '../folders/folder-options.js';
import type { FolderDatasetOptions } from '../folders/folder-options.js';
import type { FolderFile, FolderSource } from '../folders/list-folder.js';
import { makeFolderDataset } from '../folders/make-folder-dataset.js';
import type { FolderDataset } from '../folders/make-folder-dataset.js';
import { bytesInFolder } from '../folders/read-file.js';

/** Options of `textDatasetFromDirectory`. */
export interface TextDatasetOptions extends FolderDatasetOptions {
  /** The largest number of bytes to read from each text, without splitting a character. Default, and null: all. */
  readonly maxLength?: number | null;
}

/** The texts of a folder: `[x, y]` with labels, x alone without. */
export type TextDataset<
  E extends StringArray | [x: StringArray, y: Tensor] = StringArray | [x: StringArray, y: Tensor],
> = FolderDataset<E>;

/** Texts that are read before they are asked for. */
const AHEAD = 32;

/** Parameters and errors: see `textDatasetFromDirectory`. */
export async function makeTextDataset(
  owner: string,
  folder: FolderSource,
  given: TextDatasetOptions,
): Promise<TextDataset | [TextDataset, TextDataset]> {
  checkOptions(owner, given, [...FOLDER_OPTIONS, 'maxLength']);
  const options = checkFolderDataset(owner, given);
  const { maxLength = null } = given;
  const most = maxLength === null ? Infinity : checkLength(owner, 'maxLength', maxLength);
  const read = async (file: FolderFile): Promise<StringArray> => {
    const { bytes, name } = await bytesInFolder(file, options.maxBytes);
    return textOf(bytes, name, most);
  };
  return makeFolderDataset(owner, folder, options, {
    name: 'texts',
    endings: ['.txt'],
    ahead: AHEAD,
    read,
  });
}

/** The text of a file, at most so many bytes. */
function textOf(bytes: Uint8Array<ArrayBuffer>, name: string, most: number): StringArray {
  const isCut = bytes.length > most;
  try {
    // A mark at the beginning is a character, as in Keras. A stream goes on: half a character at its end is not an error.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = decoder.decode(isCut ? bytes.subarray(0, most) : bytes, { stream: isCut });
    return new StringArray([text], []);
  } catch (cause) {
    throw new FormatError(`${name}: the text is not UTF-8. Convert the file.`, { cause });
  }
}
