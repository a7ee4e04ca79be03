// How much of a file is read and unpacked, in bytes.
import '../without-collector.js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_JSON_BYTES, parseJsonObject } from '../../../src/files/formats/json.js';
import { encodeNpy } from '../../../src/files/formats/npy.js';
import { parseNpz } from '../../../src/files/formats/npz.js';
import { zip } from '../../../src/files/formats/zip.js';
import { FormatError, ValueError } from '../../../src/errors.js';
import { data, memory, models } from '../../../src/index.js';
import { parseSafetensors } from '../../../src/files/formats/safetensors.js';
import { idxBytes } from './idx-bytes.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

let inflated = 0;

beforeEach(() => {
  inflated = 0;
  const Host = globalThis.DecompressionStream;
  class Counting {
    readonly writable: WritableStream<BufferSource>;
    readonly readable: ReadableStream<Uint8Array>;
    constructor(format: CompressionFormat) {
      const stream = new Host(format);
      this.writable = stream.writable;
      this.readable = stream.readable.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            inflated += chunk.length;
            controller.enqueue(chunk);
          },
        }),
      );
    }
  }
  vi.stubGlobal('DecompressionStream', Counting);
});

afterEach(() => void vi.unstubAllGlobals());

/** A zip file of one deflated member. */
async function deflatedZip(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return zip([{ name, bytes }], { compress: true });
}

/** Bytes of one value. */
const blanks = (length: number, byte = 0x20): Uint8Array<ArrayBuffer> =>
  new Uint8Array(length).fill(byte);

describe('maxBytes', () => {
  const npy = encodeNpy({ shape: [1000], dtype: 'float32', data: new Float32Array(1000) });
  const idx = idxBytes('u8', [1000], new Array<number>(1000).fill(3));
  const readers = [
    ['readNpy', data.readNpy, npy, npy.length],
    ['readIdx', data.readIdx, idx, idx.length],
    ['readIdx, gzipped', data.readIdx, new Uint8Array(gzipSync(idx)), idx.length],
  ] as const;

  it.each(readers)('is honoured by %s', async (name, read, bytes, size) => {
    const path = join(await temporaryFolder(), 'x');
    await writeFile(path, bytes);
    const before = memory();
    for (const source of [bytes, bytes.buffer, new Blob([bytes]), path]) {
      (await read(source, { maxBytes: size })).dispose();
      await expect(read(source, { maxBytes: size - 1 }), name).rejects.toThrow(FormatError);
      await expect(read(source, { maxBytes: size - 1 })).rejects.toThrow(/with maxBytes/);
      await expect(read(source, { maxBytes: -1 })).rejects.toThrow(ValueError);
    }
    expect(memory()).toEqual(before);
  });

  it('counts elements of an archive as a tensor holds them', async () => {
    const { buffer } = encodeNpy({ shape: [4000], dtype: 'uint8', data: new Uint8Array(4000) });
    const text = new TextDecoder('latin1').decode(buffer).replace('|u1', '|i1');
    const signed = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const file = await deflatedZip('x.npy', signed);
    expect((await parseNpz(file, { name: 'a', maxBytes: 16_000 })).get('x')?.dtype).toBe('int32');
    await expect(parseNpz(file, { name: 'a', maxBytes: 15_999 })).rejects.toThrow(
      /take 16000 bytes as a tensor's; 15999 are left/,
    );
    const stored = await zip([{ name: 'x.npy', bytes: signed }]);
    expect((await parseNpz(stored, { name: 'a', maxBytes: 4200 })).size).toBe(1);
  });

  it('is compared with what an IDX file says before it is unpacked', async () => {
    // 16 MiB of elements, whose header is inflated and a piece behind it.
    const file = new Uint8Array(
      gzipSync(idxBytes('u8', [1 << 12, 1 << 12], new Uint8Array(1 << 24))),
    );
    await expect(data.readIdx(file, { maxBytes: 1 << 20 })).rejects.toThrow(
      /unpacks to 16777228 bytes; allowed are 1048576/,
    );
    expect(inflated).toBeLessThan(1 << 20);
  });

  it('is compared with the int32 that bytes become', async () => {
    const file = new Uint8Array(gzipSync(idxBytes('i8', [1000], new Array<number>(1000).fill(1))));
    (await data.readIdx(file, { maxBytes: 4000 })).dispose();
    await expect(data.readIdx(file, { maxBytes: 3999 })).rejects.toThrow(/unpacks to 4000 bytes/);
  });
});

describe('a zip file', () => {
  it('is not inflated where a member is not an array', async () => {
    const file = await deflatedZip('x.bin', blanks(1 << 20));
    await expect(data.readNpz(file)).rejects.toThrow(/holds \.npy files only/);
    expect(inflated).toBe(0);
  });

  it('is not inflated where its description is longer than any', async () => {
    // A file whose directory says so; padded, so that deflate could do it.
    const file = await deflatedZip('config.json', blanks(1000));
    const central = file.length - 22 - 46 - 'config.json'.length;
    const padded = new Uint8Array(file.length + 70_000);
    padded.set(file.subarray(0, central));
    padded.set(file.subarray(central), central + 70_000);
    const [old, moved] = [new DataView(file.buffer), new DataView(padded.buffer)];
    const compressed = old.getUint32(central + 20, true);
    moved.setUint32(central + 70_000 + 20, compressed + 70_000, true);
    moved.setUint32(central + 70_000 + 24, MAX_JSON_BYTES + 1, true);
    moved.setUint32(padded.length - 22 + 16, central + 70_000, true);
    await expect(models.loadModel(padded)).rejects.toThrow(
      /config\.json: its JSON text has 67108865 bytes; at most 67108864 are read/,
    );
    expect(inflated).toBe(0);
  });

  it('is inflated only as far as it is needed', async () => {
    const file = await zip(
      [
        { name: 'config.json', bytes: new TextEncoder().encode('{}') },
        { name: 'assets/large', bytes: blanks(1 << 22) },
        { name: 'model.weights.h5', bytes: blanks(100) },
      ],
      { compress: true },
    );
    await expect(models.loadModel(file)).rejects.toThrow(FormatError);
    expect(inflated).toBeLessThan(1000);
  });
});

describe('a JSON text of a file', () => {
  const decode = vi.spyOn(JSON, 'parse');
  beforeEach(() => void decode.mockClear());

  it('has at most 64 MiB, and is not parsed if it has more', () => {
    expect(MAX_JSON_BYTES).toBe(2 ** 26);
    expect(() => parseJsonObject(blanks(MAX_JSON_BYTES + 1), 'a')).toThrow(/at most 67108864/);
    expect(() => parseJsonObject(' '.repeat(MAX_JSON_BYTES + 1), 'a')).toThrow(/at most 67108864/);
    expect(decode).not.toHaveBeenCalled();
  });

  it('nests at most 64 levels, and is not parsed if it has more', () => {
    const nested = (depth: number): string =>
      `{"a":${'['.repeat(depth - 1)}"]]]\\"[[["${']'.repeat(depth - 1)}}`;
    expect(parseJsonObject(nested(64), 'a')).toHaveProperty('a');
    decode.mockClear();
    expect(() => parseJsonObject(nested(65), 'a')).toThrow(/nested deeper than 64/);
    expect(() => parseJsonObject(nested(100_000), 'a')).toThrow(/nested deeper than 64/);
    expect(decode).not.toHaveBeenCalled();
  });

  it('holds at most 2²² values, and is not parsed if it has more', { timeout: 20_000 }, () => {
    const values = (count: number): string => `{"a":[${'0,'.repeat(count - 3)}0]}`;
    expect(parseJsonObject(values(2 ** 22), 'a')).toHaveProperty('a');
    decode.mockClear();
    expect(() => parseJsonObject(values(2 ** 22 + 1), 'a')).toThrow(/at most 4194304 are read/);
    expect(decode).not.toHaveBeenCalled();
  });

  it('holds at most 2²⁰ names, and is not parsed if it has more', { timeout: 20_000 }, () => {
    const names = (count: number): string => `{"a":[${'{"b":1},'.repeat(count - 2)}{"b:":":"}]}`;
    expect(parseJsonObject(names(2 ** 20), 'a')).toHaveProperty('a');
    decode.mockClear();
    expect(() => parseJsonObject(names(2 ** 20 + 1), 'a')).toThrow(
      /a: its JSON text holds 1048577 names; at most 1048576 are read/,
    );
    expect(decode).not.toHaveBeenCalled();
  });

  it('is the header of a safetensors file as well', () => {
    const header = `{"x":{"dtype":${'['.repeat(100_000)}${']'.repeat(100_000)},"shape":[],"data_offsets":[0,0]}}`;
    const bytes = new Uint8Array(8 + header.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    expect(() => parseSafetensors(bytes, 'w')).toThrow(/w: the safetensors header: nested deeper/);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(MAX_JSON_BYTES + 1), true);
    expect(() => parseSafetensors(bytes, 'w')).toThrow(/at most 67108864/);
    expect(decode).not.toHaveBeenCalled();
  });

  it('is model.json as well, of which no more is read', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1 << 20;
        controller.enqueue(blanks(1 << 20));
      },
    });
    vi.stubGlobal('fetch', async () => new Response(endless));
    await expect(models.loadModel('http://a.invalid/model.json')).rejects.toThrow(
      /longer than the 67108864 bytes that are allowed\.$/,
    );
    expect(pulled).toBeLessThan(MAX_JSON_BYTES + (4 << 20));
    const read = (): Uint8Array => blanks(MAX_JSON_BYTES + 1);
    await expect(models.loadModel({ read })).rejects.toThrow(/longer than the 67108864 bytes/);
  });
});
