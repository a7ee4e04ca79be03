import type { DatasetFile, DatasetFiles } from './dataset-files.js';

// The files that Keras loads, with the check sums that Keras states. A folder may hold other contents of the same form under their
// names, as Keras itself takes them: a smaller set, or one of your own.

const MIB = 2 ** 20;

const KERAS = ['https://storage.googleapis.com/tensorflow/tf-keras-datasets/'];
const CIFAR = ['https://www.cs.toronto.edu/~kriz/'];

type CheckSum = Pick<DatasetFile, 'sha256' | 'md5'>;

function whole(name: string, maxBytes: number, sum: CheckSum = {}): DatasetFile {
  return { name, maxBytes, isWhole: true, ...sum };
}

/** A data set of one file, in a folder of its name. */
function oneFile(
  name: string,
  file: DatasetFile,
  rest: Partial<Omit<DatasetFiles, 'name' | 'files'>> = {},
): DatasetFiles {
  return { name, folders: [name], mirrors: KERAS, files: [file], mayDiffer: true, ...rest };
}

export const IMDB = oneFile(
  'imdb',
  whole('imdb.npz', 64 * MIB, {
    sha256: '69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f',
  }),
);

export const IMDB_WORDS = oneFile(
  'imdb',
  whole('imdb_word_index.json', 8 * MIB, { md5: 'bfafd718b763782e994055a2d397834f' }),
);

export const REUTERS = oneFile(
  'reuters',
  whole('reuters.npz', 8 * MIB, {
    sha256: 'd6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916',
  }),
);

export const REUTERS_WORDS = oneFile(
  'reuters',
  whole('reuters_word_index.json', 4 * MIB, { md5: '4d44cc38712099c9e383dc6e5f11a921' }),
);

/** The table as StatLib and UCI have it, a line for each row. */
export const HOUSING_DATA: DatasetFile = { name: 'housing.data', maxBytes: MIB };

export const BOSTON_HOUSING = oneFile(
  'bostonHousing',
  whole('boston_housing.npz', MIB, {
    sha256: 'f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5',
  }),
  { folders: ['boston_housing', 'boston-housing'], otherFiles: [HOUSING_DATA] },
);

export const CALIFORNIA_HOUSING = oneFile(
  'californiaHousing',
  whole('california_housing.npz', 4 * MIB, {
    sha256: '1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f',
  }),
  { folders: ['california_housing', 'california-housing'] },
);

/** An archive of CIFAR, or the unpacked files in the archive's folder. */
function cifar(
  name: string,
  archive: string,
  sha256: string,
  members: readonly string[],
): DatasetFiles {
  const otherFiles = members.map((member) => whole(member, 256 * MIB));
  return oneFile(name, whole(archive, 256 * MIB, { sha256 }), { mirrors: CIFAR, otherFiles });
}

export const CIFAR10 = cifar(
  'cifar10',
  'cifar-10-python.tar.gz',
  '6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce',
  [1, 2, 3, 4, 5]
    .map((batch) => `cifar-10-batches-py/data_batch_${batch}`)
    .concat('cifar-10-batches-py/test_batch'),
);

export const CIFAR100 = cifar(
  'cifar100',
  'cifar-100-python.tar.gz',
  '85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7',
  ['cifar-100-python/train', 'cifar-100-python/test'],
);
