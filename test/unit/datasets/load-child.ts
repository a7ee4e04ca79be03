// Loads a data set into a cache, in parallel with other processes:
//   node load-child.mjs <data set as JSON> <mirror> <cache directory>
import type { IdxDataset } from '../../../src/extras/datasets/idx-files.js';
import { loadIdxDataset } from '../../../src/extras/datasets/load-idx.js';

const [dataset = '', mirror = '', cacheDirectory = ''] = process.argv.slice(2);
await loadIdxDataset(JSON.parse(dataset) as IdxDataset, { mirrors: [mirror], cacheDirectory });
