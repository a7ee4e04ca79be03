/**
 * Small things around training: one-hot labels, splits of data, seeds, pictures as files and in pages, drawings of models.
 *
 * @module
 */

import '../ops/methods.js';
export * as boundingBoxes from './bounding-boxes/index.js';
export * from './feature-space/index.js';
export type { CustomObject, CustomObjects } from '../config/index.js';
export {
  customObjectScope,
  getCustomObjects,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
} from '../config/registration.js';
export { setSeed as setRandomSeed } from '../random/index.js';
export { normalize, toCategorical } from './numerical.js';
export { padSequences } from './pad-sequences.js';
export type { PadSequencesOptions } from './pad-sequences.js';
export { plotModel } from './plot-model.js';
export type { PlotModelOptions, Plottable } from './plot-model.js';
export { splitDataset } from './split-dataset.js';
export type { SplitDatasetOptions } from './split-dataset.js';
export { timeseriesDatasetFromArray } from './timeseries-dataset.js';
export type { TimeseriesDatasetOptions } from './timeseries-dataset.js';
export { Tokenizer, tokenizerFromJSON } from './tokenizer.js';
export type { TokenizerMode, TokenizerText } from './tokenizer.js';
export type { TokenizerConfig, TokenizerOptions } from './tokenizer-config.js';
export { arrayToImg, imgToArray } from './pictures/arrays.js';
export type { ArrayToImgOptions, ImgToArrayOptions } from './pictures/arrays.js';
export { fromPixels, toPixels } from './pictures/canvas.js';
export type { FromPixelsOptions, PixelSource, PixelTarget } from './pictures/canvas.js';
export { setPictureCodecs } from './pictures/codecs.js';
export type { PictureCodecs } from './pictures/codecs.js';
export { imageDatasetFromDirectory } from './pictures/image-dataset.js';
export type { ImageDataset, ImageDatasetOptions } from './pictures/image-dataset.js';
export { textDatasetFromDirectory } from './texts/text-dataset.js';
export type { TextDataset, TextDatasetOptions } from './texts/text-dataset.js';
export type { FolderDatasetOptions } from './folders/folder-options.js';
export type { FolderDataset } from './folders/make-folder-dataset.js';
export type { DirectoryHandle, FileHandle, FolderSource } from './folders/list-folder.js';
export type { ImageDataLike, Img } from './pictures/img.js';
export { loadImg } from './pictures/load-img.js';
export type { LoadImgOptions } from './pictures/load-img.js';
export { saveImg } from './pictures/save-img.js';
export type { SaveImgOptions } from './pictures/save-img.js';
