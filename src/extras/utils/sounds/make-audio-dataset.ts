// A data set of the sounds of a folder: a chunk that is loaded when a program asks for one.
import { checkBoolean, checkLength, checkOptions } from '../../../config/index.js';
import { pad } from '../../../engine/ops/index.js';
import { keep, tidy } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { elementKind } from '../../../nn/data/dataset/item-kind.js';
import type { ItemKind } from '../../../nn/data/dataset/item-kind.js';
import { disposeElement } from '../../../nn/data/dataset/element.js';
import type { Element } from '../../../nn/data/dataset/element.js';
import { checkFolderDataset, FOLDER_OPTIONS } from '../folders/folder-options.js';
import type { FolderDatasetOptions } from '../folders/folder-options.js';
import type { FolderFile, FolderSource } from '../folders/list-folder.js';
import { makeFolderDataset } from '../folders/make-folder-dataset.js';
import type { FolderDataset } from '../folders/make-folder-dataset.js';
import { bytesInFolder } from '../folders/read-file.js';
import { decodeAudio } from './decode-audio.js';
import { samplingRateOf } from './sampling-rate.js';

/** Options of `audioDatasetFromDirectory`. */
export interface AudioDatasetOptions extends FolderDatasetOptions {
  /** The frames a second to which sounds are resampled. Default, and null: those of each file. */
  readonly samplingRate?: number | null;
  /** The number of frames of each sound: longer ones are cut off, shorter ones end in zeros. Default, and null: as they are. */
  readonly outputSequenceLength?: number | null;
  /** Whether to average the channels of each file into one. Default false. */
  readonly mono?: boolean;
}

/** The sounds of a folder: `[x, y]` with labels, x alone without. */
export type AudioDataset<
  E extends Tensor | [x: Tensor, y: Tensor] = Tensor | [x: Tensor, y: Tensor],
> = FolderDataset<E>;

/** Sounds that are read before they are asked for. */
const AHEAD = 16;

/** Parameters and errors: see `audioDatasetFromDirectory`. */
export async function makeAudioDataset(
  owner: string,
  folder: FolderSource,
  given: AudioDatasetOptions,
): Promise<AudioDataset | [AudioDataset, AudioDataset]> {
  const own = ['samplingRate', 'outputSequenceLength', 'mono'];
  checkOptions(owner, given, [...FOLDER_OPTIONS, ...own]);
  const options = checkFolderDataset(owner, given);
  const { outputSequenceLength: length = null } = given;
  const frames = length === null ? undefined : checkLength(owner, 'outputSequenceLength', length);
  const settings = {
    samplingRate: samplingRateOf(owner, given.samplingRate),
    mono: checkBoolean(owner, 'mono', given.mono ?? false),
    decoder: undefined,
  };
  const { maxBytes } = options;
  const read = async (file: FolderFile): Promise<Tensor> => {
    const whole = { ...(await bytesInFolder(file, maxBytes)), maxBytes };
    const { audio } = await decodeAudio(owner, whole, settings);
    return frames === undefined ? audio : fitted(audio, frames);
  };
  return makeFolderDataset(owner, folder, options, {
    name: 'sounds',
    endings: ['.wav'],
    ahead: AHEAD,
    read,
    itemKind: paddedKind,
  });
}

/** The first frames, or all and zeros behind them, in place of the given tensor. */
function fitted(audio: Tensor, frames: number): Tensor {
  const [given = 0] = audio.shape;
  if (given === frames) return audio;
  const margins = [
    [0, frames - given],
    [0, 0],
  ] as const;
  const fit = tidy(() => keep(given > frames ? audio.slice([0, frames]) : pad(audio, margins)));
  audio.dispose();
  return fit;
}

/** The sound of an element, and its label if there is one. */
const partsOf = (element: Element): readonly [sound: Tensor, ...labels: Tensor[]] =>
  (Array.isArray(element) ? element : [element]) as [Tensor, ...Tensor[]];

/** Sounds of different lengths: those of a batch become as long as the longest. */
const paddedKind: ItemKind<Element> = {
  ...elementKind,
  batch(items, owner) {
    const elements = [...items];
    const longest = Math.max(...elements.map((element) => partsOf(element)[0].shape[0] ?? 0));
    try {
      for (const [i, element] of elements.entries()) {
        const [sound, ...labels] = partsOf(element);
        const longer = fitted(sound, longest);
        elements[i] = labels.length === 0 ? longer : [longer, ...labels];
      }
    } catch (error) {
      elements.forEach(disposeElement);
      throw error;
    }
    return elementKind.batch(elements, owner);
  },
};
