import { DatasetError } from '../../errors.js';
import { parseIdx } from '../../files/formats/idx.js';
import type { IdxArray } from '../../files/formats/idx.js';
import type { FileHost } from '../../files/locations/file-host.js';
import type { IdxDataset } from './idx-files.js';
import { loadFiles } from './load-files.js';
import type { LoadDataOptions } from './load-files.js';

export { FASHION_MNIST, MNIST } from './idx-files.js';

/** The four arrays of a data set. */
export interface IdxDatasetArrays {
  readonly trainImages: IdxArray;
  readonly trainLabels: IdxArray;
  readonly testImages: IdxArray;
  readonly testLabels: IdxArray;
}

/** Loads the files of a data set of IDX files: see `loadFiles`. Errors: see `mnist.loadData`. */
export async function loadIdxDataset(
  dataset: IdxDataset,
  options: LoadDataOptions = {},
  host?: FileHost,
): Promise<IdxDatasetArrays> {
  const files = [dataset.trainImages, dataset.trainLabels, dataset.testImages, dataset.testLabels];
  const owner = `datasets.${dataset.name}.loadData`;
  const { contents } = await loadFiles(owner, { ...dataset, files }, options, [], host);
  const [trainImages, trainLabels, testImages, testLabels] = contents.map((bytes, index) =>
    parseIdx(bytes, files[index]?.name),
  );
  if (!trainImages || !trainLabels || !testImages || !testLabels) {
    throw new DatasetError(`${dataset.name}: expected four files, got ${contents.length}.`);
  }
  return { trainImages, trainLabels, testImages, testLabels };
}
