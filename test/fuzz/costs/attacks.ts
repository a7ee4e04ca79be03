// Small files that were made to be expensive: each is as large as its reader allows, and compresses well.
import { first, hdf5, kerasFile, NO_WEIGHTS, ONE_WEIGHT, plain, sequential } from './builders.js';
import type { Bytes, Json } from './builders.js';
import { largeJson } from './large-json.js';
import { largeSizes } from './large-sizes.js';
import type { Attack } from './loaders.js';
import { longNames } from './long-names.js';
import { manyCalls } from './many-calls.js';
import { manyValues } from './many-values.js';
import { arrays, layersModels, legacy, weights } from './other-files.js';
import { pickles } from './pickles.js';
import { pictures } from './pictures.js';
import { tables } from './tables.js';

const attacksOf = <T>(
  group: string,
  kind: Attack['kind'],
  all: Readonly<Record<string, () => T>>,
  make: (content: T) => Bytes | Promise<Bytes>,
): Attack[] =>
  Object.entries(all).map(([name, content]) => ({
    name: `${group}: ${name}`,
    kind,
    make: () => make(content()),
  }));

/** A file of a model, with weights if it is compiled. */
const keras = (json: Json): Promise<Bytes> =>
  kerasFile(json, 'compile_config' in json ? ONE_WEIGHT : NO_WEIGHTS);

/** All files that were made by hand. */
export const attacks: readonly Attack[] = [
  ...attacksOf('long name', 'keras', longNames, keras),
  ...attacksOf('size', 'keras', largeSizes, keras),
  ...attacksOf('many', 'keras', manyCalls, keras),
  ...attacksOf('many', 'keras', manyValues, keras),
  ...attacksOf('JSON', 'keras', largeJson, (text) => kerasFile(text)),
  ...attacksOf('layers-model', 'tfjs', layersModels, (bytes) => bytes),
  ...attacksOf('weights', 'keras', weights, (content) =>
    kerasFile(sequential([first(), plain('Dense', { units: 1 })]), content),
  ),
  ...attacksOf('legacy', 'keras', legacy, hdf5),
  ...arrays,
  ...pickles,
  ...pictures,
  ...tables,
];
