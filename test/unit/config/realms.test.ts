// Values of another realm, and the library in one of its own, as under Jest and Vitest's vmThreads.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext, runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  brandOf,
  isArrayBuffer,
  isBlob,
  isError,
  isPlainObject,
  isPromise,
  isUint8Array,
  isUrl,
  messageOf,
} from '../../../src/config/describe-value.js';
import { encodeNpy } from '../../../src/files/formats/npy.js';
import * as lanegrad from '../../../src/index.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

const { callbacks, data, layers, memory, models, tensor, tidy } = lanegrad;

/** A value that another realm makes. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
const foreign = <T>(code: string): T => runInNewContext(`(${code})`, { given: undefined }) as T;

describe('a value of another realm', () => {
  it('is what it is', () => {
    const error = foreign<Error>('new RangeError("too far")');
    expect(error instanceof Error).toBe(false);
    expect([isError(error), messageOf(error)]).toEqual([true, 'too far']);
    expect(isError(new DOMException('x', 'AbortError'))).toBe(true);
    // As Chromium throws it where storage is full.
    class QuotaExceededError extends DOMException {
      readonly [Symbol.toStringTag] = 'QuotaExceededError';
    }
    expect(isError(new QuotaExceededError('x'))).toBe(true);
    expect([messageOf('text'), messageOf(null), messageOf(3)]).toEqual(['text', 'null', '3']);
    expect(isError({ message: 'x' })).toBe(false);
    expect(isPromise(foreign('Promise.resolve(1)'))).toBe(true);
    expect(isPromise(foreign('{ then() {} }'))).toBe(true);
    expect([isPromise(3), isPromise(null), isPromise({})]).toEqual([false, false, false]);
    expect(isArrayBuffer(foreign('new ArrayBuffer(3)'))).toBe(true);
    expect(isArrayBuffer(foreign('new SharedArrayBuffer(3)'))).toBe(false);
    expect(isUint8Array(foreign('new Uint8Array(3)'))).toBe(true);
    expect([isUint8Array(Buffer.from('x')), isUint8Array(new Int8Array(1))]).toEqual([true, false]);
    expect(brandOf(foreign('new Map()'))).toBe('Map');
    expect([isPlainObject(foreign('{ a: 1 }')), isPlainObject(foreign('new Map()'))]).toEqual([
      true,
      false,
    ]);
    expect([isBlob(new Blob([])), isUrl(new URL('a:b')), isUrl('a:b')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['Float32Array', 'float32'],
    ['Float64Array', 'float32'],
    ['Int32Array', 'int32'],
    ['Int16Array', 'int32'],
    ['Uint8Array', 'uint8'],
    ['Uint8ClampedArray', 'uint8'],
  ])('becomes a tensor of its type: %s', (name, dtype) => {
    const x = tensor(foreign<Float32Array>(`new ${name}([1, 2, 3])`));
    expect([x.dtype, x.toArray()]).toEqual([dtype, [1, 2, 3]]);
    x.dispose();
    expect(() => tensor(foreign<Float32Array>('new DataView(new ArrayBuffer(4))'))).toThrow(
      lanegrad.ValueError,
    );
  });

  it('is read as bytes', async () => {
    const npy = encodeNpy({ shape: [2], dtype: 'float32', data: Float32Array.of(1, 2) });
    const context = createContext({ bytes: [...npy], zipped: [...gzipSync('a,b\n1,2\n')] });
    const of = (code: string): Uint8Array => runInContext(code, context) as Uint8Array;
    for (const source of [of('new Uint8Array(bytes)'), of('new Uint8Array(bytes).buffer')]) {
      const x = await data.readNpy(source);
      expect(x.toArray()).toEqual([1, 2]);
      x.dispose();
    }
    const { x } = await data.readCsv(of('new Uint8Array(zipped)'));
    expect(x.toArray()).toEqual([[1, 2]]);
    x.dispose();
  });

  it('is seen to be asynchronous', async () => {
    const later = foreign<(x: lanegrad.Tensor) => Promise<lanegrad.Tensor>>('async (x) => x');
    expect(() => tidy(() => later(tensor([1])))).toThrow(/asynchronous/);
    const numbers = data.Dataset.fromTensors([1, 2]);
    await expect(
      numbers
        .map(later as never)
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toThrow(/asynchronous/);
    const seen: unknown[] = [];
    for await (const x of numbers.mapAsync(later)) {
      seen.push(x.item());
      x.dispose();
    }
    expect(seen).toEqual([1, 2]);
  });

  it('is waited for, and counted, where fit is given it', async () => {
    const model = new models.Sequential([new layers.Dense(2, { inputShape: [1] })]);
    model.compile({ loss: 'mse', optimizer: 'sgd' });
    let hasWaited = false;
    const wait = foreign<(f: () => void) => Promise<void>>(
      'async (f) => { await null; await null; f(); }',
    );
    const callback = new callbacks.LambdaCallback({
      onEpochEnd: () => wait(() => (hasWaited = true)),
      onTrainEnd: () => expect(hasWaited).toBe(true),
    });
    const fitOptions = { verbose: 0, callbacks: [callback] } as const;
    await model.fit(
      foreign<number[][]>('[[1], [2]]'),
      [
        [1, 2],
        [3, 4],
      ],
      fitOptions,
    );
    expect(hasWaited).toBe(true);
    model.dispose();
  });

  it('gives its tensors from tidy', () => {
    const before = memory();
    const wrap = foreign<(x: unknown) => { x: lanegrad.Tensor }>('(x) => ({ x })');
    const { x } = tidy(() => wrap(tensor([1, 2])));
    expect(x.toArray()).toEqual([1, 2]);
    x.dispose();
    expect(memory()).toEqual(before);
  });
});

describe('the library in a realm of its own', { timeout: 20_000 }, () => {
  let library: typeof lanegrad;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../../../src/index.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'cjs',
      target: 'es2022',
      platform: 'node',
      // Optional packages, which are not installed where the library is.
      external: ['@jsquash/*', '@resvg/*', 'vega', 'vega-lite'],
      logLevel: 'silent',
    });
    // What Jest gives its tests of the host; the classes of the language are the realm's own.
    const host = { process, console, performance, TextDecoder, TextEncoder, URL, Blob, Response };
    const streams = {
      DecompressionStream,
      CompressionStream,
      crypto,
      setTimeout,
      clearTimeout,
      MessageChannel,
    };
    const module = { exports: {} };
    runInContext(outputFiles[0]?.text ?? '', createContext({ ...host, ...streams, module }));
    library = module.exports as typeof lanegrad;
    await library.configure({ threads: 1 });
  });

  const network = (): lanegrad.Sequential => {
    const model = new library.Sequential([new library.layers.Dense(1, { inputShape: [2] })]);
    model.compile({ loss: 'mse', optimizer: 'sgd' });
    return model;
  };

  it('has classes of its own', () => {
    expect(new library.ValueError('x') instanceof Error).toBe(false);
  });

  it('saves to a new folder, and loads', async () => {
    const folder = join(await temporaryFolder(), 'new', 'folder');
    const model = network();
    await model.save(join(folder, 'model'));
    await model.saveWeights(join(folder, 'w.safetensors'));
    await model.loadWeights(join(folder, 'w.safetensors'));
    (await library.models.loadModel(join(folder, 'model'))).dispose();
    await expect(library.models.loadModel(join(folder, 'none'))).rejects.toThrow(/no such file/);
    model.dispose();
    expect((await readdir(folder)).sort()).toEqual(['model', 'w.safetensors']);
  });

  it('begins backups and logs where there are none, and goes on with them', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'logs'));
    const filename = join(folder, 'logs', 'log.csv');
    for (let run = 0; run < 2; run++) {
      const model = network();
      await model.fit([[1, 2]], [[3]], {
        epochs: 2,
        verbose: 0,
        callbacks: [
          new library.callbacks.BackupAndRestore(join(folder, 'backup')),
          new library.callbacks.CSVLogger(filename, { append: true }),
        ],
      });
      model.dispose();
    }
    expect((await readFile(filename, 'utf8')).trim().split('\n')).toHaveLength(5);
  });
});
