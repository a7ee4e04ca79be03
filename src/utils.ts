/**
 * Small things around training: one-hot labels, splits of data, seeds, pictures as files and in pages, drawings of models.
 *
 * @module
 */

import './engine/ops/methods.js';
export * as boundingBoxes from './extras/utils/bounding-boxes/index.js';
export * from './extras/utils/feature-space/index.js';
export type { CustomObject, CustomObjects } from './config/index.js';
export {
  customObjectScope,
  getCustomObjects,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
} from './config/registration.js';
export { setSeed as setRandomSeed } from './random.js';
export { getFile } from './extras/utils/downloads/get-file.js';
export type { ArchiveFormat, GetFileOptions } from './extras/utils/downloads/get-file-options.js';
export type { DownloadProgress } from './files/locations/download.js';
export { normalize, toCategorical } from './extras/utils/numerical.js';
export { padSequences } from './extras/utils/pad-sequences.js';
export type { PadSequencesOptions } from './extras/utils/pad-sequences.js';
export { plotModel } from './extras/utils/plot-model.js';
export type { PlotModelOptions, Plottable } from './extras/utils/plot-model.js';
export { Progbar } from './nn/callbacks/progbar.js';
export type { ProgbarOptions, ProgbarValues } from './nn/callbacks/progbar.js';
export { splitDataset } from './extras/utils/split-dataset.js';
export type {
  SplitDatasetOptions,
  SplitEntry,
  SplitLeaf,
  SplitOf,
  SplitParts,
  SplitStructure,
} from './extras/utils/split-dataset.js';
export { timeseriesDatasetFromArray } from './extras/utils/timeseries-dataset.js';
export type { TimeseriesDatasetOptions } from './extras/utils/timeseries-dataset.js';
export { Tokenizer, tokenizerFromJSON } from './extras/utils/tokenizer.js';
export type { TokenizerMode, TokenizerText } from './extras/utils/tokenizer.js';
export type { TokenizerConfig, TokenizerOptions } from './extras/utils/tokenizer-config.js';
export { arrayToImg, imgToArray } from './extras/utils/pictures/arrays.js';
export type { ArrayToImgOptions, ImgToArrayOptions } from './extras/utils/pictures/arrays.js';
export { fromPixels, toPixels } from './extras/utils/pictures/canvas.js';
export type {
  FromPixelsOptions,
  PixelSource,
  PixelTarget,
} from './extras/utils/pictures/canvas.js';
export { setPictureCodecs } from './extras/utils/pictures/codecs.js';
export type { PictureCodecs } from './extras/utils/pictures/codecs.js';
export { imageDatasetFromDirectory } from './extras/utils/pictures/image-dataset.js';
export type {
  ImageDataset,
  ImageDatasetOptions,
} from './extras/utils/pictures/image-dataset-options.js';
export { textDatasetFromDirectory } from './extras/utils/texts/text-dataset.js';
export type { TextDataset, TextDatasetOptions } from './extras/utils/texts/make-text-dataset.js';
export { audioDatasetFromDirectory } from './extras/utils/sounds/audio-dataset.js';
export type {
  AudioDataset,
  AudioDatasetOptions,
} from './extras/utils/sounds/make-audio-dataset.js';
export { loadAudio, saveAudio } from './extras/utils/sounds/load-audio.js';
export type {
  AudioBufferLike,
  AudioDecoder,
  LoadedAudio,
} from './extras/utils/sounds/audio-buffer.js';
export type { LoadAudioOptions, SaveAudioOptions } from './extras/utils/sounds/load-audio.js';
export { resample } from './extras/utils/sounds/resample.js';
export type { ResampleOptions } from './extras/utils/sounds/resample.js';
export type { WavFormat } from './files/formats/wav.js';
export type { FolderDatasetOptions } from './extras/utils/folders/folder-options.js';
export type { FolderDataset } from './extras/utils/folders/make-folder-dataset.js';
export type {
  DirectoryHandle,
  FileHandle,
  FolderSource,
} from './extras/utils/folders/list-folder.js';
export type { ImageDataLike, Img } from './extras/utils/pictures/img.js';
export { loadImg } from './extras/utils/pictures/load-img.js';
export type { LoadImgOptions } from './extras/utils/pictures/load-img.js';
export { saveImg } from './extras/utils/pictures/load-img.js';
export type { SaveImgOptions } from './extras/utils/pictures/load-img.js';
