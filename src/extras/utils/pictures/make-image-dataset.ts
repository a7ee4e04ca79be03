// A data set of the pictures of a folder: a chunk that is loaded when a program asks for one.
import { PICTURE_ENDINGS } from '../../../files/formats/pictures/kind.js';
import type { FolderFile, FolderSource } from '../folders/list-folder.js';
import { makeFolderDataset, READY } from '../folders/make-folder-dataset.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { checkImageDataset } from './image-dataset-options.js';
import type { ImageDataset, ImageDatasetOptions } from './image-dataset-options.js';
import { pictureTensor } from './picture-element.js';
import { pictureOfWorker, workerCount } from './picture-workers.js';

/** Pictures that are read ahead where they come one by one. */
const PICTURES_AHEAD = 16;

/** Parameters and errors: see `imageDatasetFromDirectory`. */
export async function makeImageDataset(
  owner: string,
  folder: FolderSource,
  given: ImageDatasetOptions,
): Promise<ImageDataset | [ImageDataset, ImageDataset]> {
  const options = checkImageDataset(owner, given);
  const { batchSize = PICTURES_AHEAD, settings, workers } = options;
  const count = workerCount(workers);
  const read = async ({ path, source }: FolderFile): Promise<Tensor> => {
    if (typeof source !== 'string') {
      return pictureTensor('getFile' in source ? await source.getFile() : source, path, settings);
    }
    return count === 0
      ? pictureTensor(source, source, settings)
      : pictureOfWorker(count, source, source, settings);
  };
  return makeFolderDataset(owner, folder, options, {
    name: 'pictures',
    endings: PICTURE_ENDINGS,
    // What workers do while a step of training runs must be enough for the next batch.
    ahead: count === 0 ? 1 : READY * batchSize,
    read,
  });
}
