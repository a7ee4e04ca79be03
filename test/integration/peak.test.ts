// What a file unpacks to is held once, and once more as tensors. A model's weights are held once more as arrays and once
// as the file.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy } from '../../src/files/formats/npy.js';
import { zip } from '../../src/files/formats/zip.js';
import { encodeSafetensors } from '../../src/files/formats/safetensors.js';
import { idxBytes } from '../unit/formats/idx-bytes.js';
import { bundledProgram } from './bundled-program.js';

/** Elements of each file, and their bytes: so many that what a process needs anyway hardly counts. */
const COUNT = 1 << 22;
const BYTES = 4 * COUNT;

/** Buffers of streams, the file itself. */
const OVERHEAD = 2 << 20;

let folder = '';
let program = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanegrad-peak-'));
  program = await bundledProgram(new URL('./peak-child.ts', import.meta.url));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const array = { shape: [COUNT], dtype: 'float32', data: new Float32Array(COUNT) } as const;

const files: readonly (readonly [
  format: string,
  name: string,
  bytes: () => Uint8Array | Promise<Uint8Array>,
])[] = [
  ['npz', 'x.npz', () => zip([{ name: 'x.npy', bytes: encodeNpy(array) }], { compress: true })],
  ['npy', 'x.npy', () => encodeNpy(array)],
  ['idx', 'x.idx.gz', () => gzipSync(idxBytes('u8', [4 * COUNT], new Uint8Array(4 * COUNT)))],
  ['csv', 'x.csv.gz', () => gzipSync(`${'1,'.repeat(1023)}1\n`.repeat(COUNT / 1024))],
  ['safetensors', 'x.safetensors', () => encodeSafetensors([['x', array]])],
];

describe('what is held while a file is read', () => {
  it.each(files)(
    'is what is in it, and its tensors: %s, %s',
    async (format, name, bytes) => {
      const path = join(folder, name);
      await writeFile(path, await bytes());
      const { stdout } = await promisify(execFile)(process.execPath, [program, format, path]);
      await rm(path);
      const { arrays, all } = JSON.parse(stdout) as { arrays: number; all: number };
      expect(all).toBeLessThan(2 * BYTES + OVERHEAD);
      // A file that is not unpacked arrives in pieces, which are joined before there are tensors.
      const isUnpacked = format !== 'npy' && format !== 'safetensors';
      expect(arrays).toBeLessThan((isUnpacked ? 1 : 2) * BYTES + OVERHEAD);
    },
    60_000,
  );
});

describe('what is held while a model is written', () => {
  it.each(['keras', 'h5', 'safetensors'])('is its weights, and the file: %s', async (format) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, format]);
    const { arrays } = JSON.parse(stdout) as { arrays: number };
    expect(arrays).toBeLessThan(2 * BYTES + OVERHEAD);
    expect(arrays).toBeGreaterThan(BYTES);
  });
});
