// Pickles, arrays of objects, tar archives, and the data sets in Keras's files.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseObjectNpz, parsePickle } from '../../src/files/formats/pickle/read.js';
import { tarMembers } from '../../src/files/formats/tar.js';
import { tokenizerFromJSON } from '../../src/utils.js';
import { ValueError } from '../../src/errors.js';
import { zip } from '../../src/files/formats/zip.js';
import { unzipAll } from '../unit/formats/unzip-all.js';
import { fuzz, realFiles, WHOLE_JSON } from './fuzz.js';
import type { Part } from './fuzz.js';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const maxBytes = 2 ** 20;

const refused = JSON.parse(readFileSync(`${fixtures}pickles/refused.json`, 'utf8')) as Readonly<
  Record<string, readonly number[]>
>;

const pickles = realFiles(`${fixtures}pickles`, '.pkl');

fuzz('parsePickle', {
  files: pickles,
  read: (file, name) => {
    parsePickle(file, { name, maxBytes });
    return Promise.resolve();
  },
});

/** Pickles that name callables, behind which a change may put others: each of them is refused, or was changed into data. */
const hostile: Part = {
  name: 'pickles that name callables',
  take: (file) => file,
  put: (_, part) => {
    const names = Object.keys(refused);
    const bytes = refused[names[part.length % names.length] ?? ''] ?? [];
    // The first opcodes of one, then the changed bytes of a real pickle.
    return Uint8Array.from([...bytes.slice(0, -1), ...part]);
  },
};

fuzz('parsePickle with callables', {
  files: pickles,
  bytes: false,
  parts: [hostile],
  read: (file, name) => {
    parsePickle(file, { name, maxBytes });
    return Promise.resolve();
  },
});

/** The first member, in an archive whose sizes and checksums are right. */
const member: Part = {
  name: 'a member',
  take: async (file) => (await unzipAll(file))[0]?.bytes.slice(),
  put: async (file, part) => {
    const [first, ...others] = await unzipAll(file);
    return zip([{ name: first?.name ?? 'x.npy', bytes: part }, ...others]);
  },
};

fuzz('parseObjectNpz', {
  files: realFiles(`${fixtures}datasets`, '.npz'),
  parts: [member],
  read: async (file, name) => {
    await parseObjectNpz(file, { name, maxBytes });
  },
});

const archives = new Map(
  Array.from(realFiles(`${fixtures}datasets`, '.tar.gz'), ([name, bytes]) => [
    name,
    new Uint8Array(gunzipSync(bytes)),
  ]),
);

/** A batch of the archive. */
const batch: Part = {
  name: 'a batch',
  take: (file) => [...tarMembers(file, 'x')][0]?.bytes.slice(),
  put: (file, part) => {
    const first = [...tarMembers(file, 'x')][0]?.bytes;
    const changed = file.slice();
    changed.set(part.subarray(0, first?.length ?? 0), first?.byteOffset ?? 0);
    return changed;
  },
};

fuzz('tarMembers', {
  files: archives,
  parts: [batch],
  read: (file, name) => {
    for (const { bytes } of tarMembers(file, name)) parsePickle(bytes, { name, maxBytes });
    return Promise.resolve();
  },
});

fuzz('tokenizerFromJSON', {
  files: new Map([['tokenizer.json', readFileSync(`${fixtures}tokenizer.json`)]]),
  parts: [WHOLE_JSON],
  errors: [ValueError],
  read: (file) => {
    tokenizerFromJSON(new TextDecoder().decode(file)).textsToSequences(['the cow sat']);
    return Promise.resolve();
  },
});
