// Pictures, arrays and files. Numbers of arrays are what Keras 3.16 with Pillow gives for the same calls.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { crc32 } from '../../../src/files/formats/bytes.js';
import { readJpegHeader, withoutExtras } from '../../../src/files/formats/pictures/jpeg.js';
import { FormatError, random, tensor, utils, zeros } from '../../../src/index.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lanegrad-pictures-'));
});
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);

describe('arrayToImg', () => {
  test.each([
    [
      'stretches',
      [
        [[0.5], [1]],
        [[2], [2.5]],
      ],
      {},
      [0, 63, 191, 255],
    ],
    ['gives zeros for equal numbers', [[[3], [3]]], {}, [0, 0]],
    ['cuts fractions off', [[[1.9], [254.99]]], { scale: false }, [1, 254]],
    ['begins again beyond 255 in colours', [[[256, 257, -1]]], { scale: false }, [0, 1, 255]],
    ['has 16 bits of gray beyond 255', [[[256], [65535]]], { scale: false }, [256, 65535]],
  ] as const)('%s', (_, x, options, expected) => {
    const img = utils.arrayToImg(tensor(x), options);
    expect([...img.data]).toEqual(expected);
  });

  test('takes the channels first', () => {
    const img = utils.arrayToImg([[[1, 2]], [[3, 4]], [[5, 6]]], {
      dataFormat: 'channels_first',
      scale: false,
    });
    expect(img).toEqual({
      data: new Uint8Array([1, 3, 5, 2, 4, 6]),
      width: 2,
      height: 1,
      channels: 3,
    });
  });

  test('refuses what is not a picture', () => {
    expect(() => utils.arrayToImg([1, 2])).toThrow('expected one picture of shape');
    expect(() => utils.arrayToImg([[[1, 2]]])).toThrow('1, 3 or 4 channels, got 2');
    expect(() => utils.arrayToImg([[[1]]], { dtype: 'int32' })).toThrow('Give scale: false');
    expect(() => utils.arrayToImg([[[70000]]], { scale: false })).toThrow('at most 16 bits');
  });
});

test('data of PNG may be cut anywhere, in chunks of any length', async () => {
  const x = random.randint([300, 300, 3], 0, 256, { seed: 3 });
  await utils.saveImg(at('whole.png'), x, { scale: false });
  const whole = await readFile(at('whole.png'));
  const chunks: { type: string; contents: Buffer }[] = [];
  for (let at = 8; at < whole.length;) {
    const length = whole.readUInt32BE(at);
    const type = whole.toString('latin1', at + 4, at + 8);
    chunks.push({ type, contents: whole.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((c) => c.contents));
  // Larger than what is inflated at once, small, and none.
  expect(data.length).toBeGreaterThan(200_000);
  const lengths = [1, 65_535, 3, 70_000, 0, 40_000, 30_000, Infinity];
  let start = 0;
  const cut = lengths.map((length) => {
    const contents = data.subarray(start, Math.min(data.length, start + length));
    start += contents.length;
    return { type: 'IDAT', contents };
  });
  const written = [
    ...chunks.filter(({ type }) => type === 'IHDR'),
    ...cut,
    { type: 'IEND', contents: Buffer.alloc(0) },
  ].map(({ type, contents }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), contents]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(contents.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  });
  await writeFile(at('cut.png'), Buffer.concat([whole.subarray(0, 8), ...written]));
  const { data: pixels } = await utils.loadImg(at('cut.png'));
  expect([...pixels]).toEqual([...x.data()]);
});

describe('imgToArray', () => {
  const img = {
    data: new Uint8Array([1, 2, 3, 4, 5, 6]),
    width: 2,
    height: 1,
    channels: 3,
  } as const;
  test('gives float32, or another dtype, with the channels last or first', () => {
    expect(utils.imgToArray(img).toArray()).toEqual([[[1, 2, 3], [4, 5, 6]]]); // prettier-ignore
    const first = utils.imgToArray(img, { dataFormat: 'channels_first', dtype: 'uint8' });
    expect([first.dtype, first.toArray()]).toEqual(['uint8', [[[1, 4]], [[2, 5]], [[3, 6]]]]);
  });
  test('refuses samples that do not fit', () => {
    expect(() => utils.imgToArray({ ...img, width: 3 })).toThrow('has 9 samples, but 6 came');
    expect(() => utils.imgToArray('x' as never)).toThrow('img must be an object');
  });
});

describe('what is written is read again', () => {
  test.each([1, 3, 4])('PNG of %d channels, sample for sample', async (channels) => {
    const x = random.randint([13, 17, channels], 0, 256, { seed: channels });
    await utils.saveImg(at('x.png'), x, { scale: false });
    const colorMode = ({ 1: 'grayscale', 3: 'rgb', 4: 'rgba' } as const)[channels] ?? 'rgb';
    const img = await utils.loadImg(at('x.png'), { colorMode });
    expect(utils.imgToArray(img, { dtype: 'int32' }).toArray()).toEqual(x.toArray());
  });

  test('gray of 16 bits', async () => {
    await utils.saveImg(at('x.png'), [[[7], [65535], [300]]], { scale: false });
    const img = await utils.loadImg(at('x.png'), { colorMode: 'grayscale' });
    expect([...img.data]).toEqual([7, 65535, 300]);
  });

  test.each([1, 3])('JPEG of %d channels, as much as its quality keeps', async (channels) => {
    const x = tensor(Float32Array.from({ length: 40 * 30 * channels }, (_, i) => (i / channels) % 40 * 6), { shape: [30, 40, channels] }); // prettier-ignore
    const errors: number[] = [];
    for (const quality of [30, 75, 95]) {
      await utils.saveImg(at('x.jpg'), x, { scale: false, quality });
      const colorMode = channels === 1 ? 'grayscale' : 'rgb';
      const y = utils.imgToArray(await utils.loadImg(at('x.jpg'), { colorMode }));
      errors.push(y.sub(x.astype('int32')).abs().mean().item());
    }
    expect(errors[0]).toBeLessThan(10);
    expect(errors[2]).toBeLessThan(2);
    expect(errors.toSorted((a, b) => b - a)).toEqual(errors);
  });

  test('JPEG has no alpha, and a warning says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await utils.saveImg(at('x.jpeg'), random.uniform([4, 4, 4], { seed: 1 }));
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    expect((await utils.loadImg(at('x.jpeg'))).channels).toBe(3);
  });

  test.runIf(process.env['LANEGRAD_PILLOW_PYTHON'])(
    'Pillow reads both (needs LANEGRAD_PILLOW_PYTHON)',
    async () => {
      const x = random.randint([13, 17, 3], 0, 256, { seed: 1 });
      await utils.saveImg(at('x.png'), x, { scale: false });
      await utils.saveImg(at('x.jpg'), x, { scale: false });
      const program = `import sys; from PIL import Image; print([list(Image.open(f).tobytes()) for f in sys.argv[1:]])`;
      const python = process.env['LANEGRAD_PILLOW_PYTHON'] ?? '';
      const text = execFileSync(python, ['-c', program, at('x.png'), at('x.jpg')]).toString();
      const [png, jpeg] = JSON.parse(text) as [number[], number[]];
      expect(png).toEqual([...x.data()]);
      expect(jpeg).toEqual([...(await utils.loadImg(at('x.jpg'))).data]);
    },
  );

  test('the ending says the format, or fileFormat does', async () => {
    const x = [[[1], [2]]];
    await expect(utils.saveImg(at('x.gif'), x)).rejects.toThrow("got the ending 'gif'");
    await expect(utils.saveImg(at('x'), x)).rejects.toThrow("Give fileFormat: 'png' or 'jpeg'");
    await utils.saveImg(at('y'), x, { fileFormat: 'png' });
    expect((await readFile(at('y'))).subarray(1, 4).toString()).toBe('PNG');
    await expect(utils.saveImg(at('y.png'), x, { quality: 0 })).rejects.toThrow('quality must be');
    await expect(utils.saveImg(at('y.jpg'), [[[300]]], { scale: false })).rejects.toThrow('16');
  });
});

describe('files that are refused are named', () => {
  test('a JPEG of EXIF segments reaches its decoder without them', async () => {
    await utils.saveImg(at('exif.jpg'), random.uniform([20, 30, 3], { seed: 2 }), { scale: false });
    const plain = new Uint8Array(await readFile(at('exif.jpg')));
    const exif = Buffer.from([0xff, 0xe1, 0, 8, 69, 120, 105, 102, 0, 0]);
    const adobe = Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 1]);
    const file = new Uint8Array(
      Buffer.concat([plain.subarray(0, 2), exif, exif, adobe, plain.subarray(2)]),
    );
    const picture = { bytes: file, name: 'x', maxPixels: 1e6, maxBytes: 1e9, madeOfPixel: 3 };
    const given = Buffer.from(withoutExtras(picture, readJpegHeader(picture)));
    expect(given.length).toBe(file.length);
    expect(given.indexOf(Buffer.from([0xff, 0xe1]))).toBe(-1);
    expect(given.includes(adobe)).toBe(true);
    // The file itself stays as it is.
    expect(Buffer.from(file).indexOf(exif)).toBe(2);
    expect((await utils.loadImg(file)).data).toEqual((await utils.loadImg(plain)).data);
  });

  test('a picture that takes more memory than is allowed', async () => {
    await utils.saveImg(at('large.png'), random.uniform([200, 300, 3], { seed: 2 }));
    await utils.saveImg(at('large.jpg'), random.uniform([200, 300, 3], { seed: 2 }));
    const length = async (name: string): Promise<number> => (await readFile(at(name))).length;
    // Three bytes a pixel from the file, and four of RGBA; eight in the decoder of JPEG, and three files.
    const cases = [
      ['large.png', 'rgba', (await length('large.png')) + 60_000 * (3 + 4)],
      ['large.jpg', 'rgb', 3 * (await length('large.jpg')) + 60_000 * (8 + 3)],
    ] as const;
    for (const [name, colorMode, needed] of cases) {
      await utils.loadImg(at(name), { colorMode, maxBytes: needed });
      await expect(utils.loadImg(at(name), { colorMode, maxBytes: needed - 1 })).rejects.toThrow(
        `300 × 200 pixels: reading it takes ${needed} bytes of memory, more than the ${needed - 1} that are allowed. If you trust it, allow more with maxBytes.`,
      );
    }
    const small = { targetSize: [10, 10], interpolation: 'lanczos' } as const;
    await utils.loadImg(at('large.png'), small);
  });

  test('a side whose weights take more memory than is allowed', async () => {
    // A column of a million pixels: 72 bytes of weights for each.
    await utils.saveImg(at('column.png'), zeros([1_000_000, 1, 1]), { scale: false });
    const small = { targetSize: [10, 10], interpolation: 'lanczos', maxBytes: 5e7 } as const;
    await expect(utils.loadImg(at('column.png'), small)).rejects.toThrow(
      /column\.png: 1 × 1000000 pixels as 10 × 10: reading it takes 7\d{7} bytes of memory/,
    );
  });

  test.each([
    ['an empty file', new Uint8Array(0), 'got an empty file'],
    ['a page', new TextEncoder().encode('<!DOCTYPE html>'), 'got XML or HTML'],
    ['TIFF', new Uint8Array([0x49, 0x49, 42, 0, 8, 0]), 'got a TIFF picture'],
    ['bytes', new Uint8Array([1, 2, 3]), 'begins with the bytes 01 02 03'],
  ])('%s', async (name, bytes, message) => {
    await writeFile(at('bad.png'), bytes);
    await expect(utils.loadImg(at('bad.png')), name).rejects.toThrow(FormatError);
    await expect(utils.loadImg(at('bad.png'))).rejects.toThrow(/bad\.png: expected a JPEG/);
    await expect(utils.loadImg(bytes)).rejects.toThrow(message);
    await expect(utils.loadImg(new File([bytes], 'mine.jpg'))).rejects.toThrow('mine.jpg');
  });

  test('sizes are refused by their headers', async () => {
    const png = new Uint8Array(45);
    png.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    png.set([0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0], 16);
    // The checksum of that header, by zlib.
    png.set([0x9c, 0x6f, 0x0c, 0x8e], 29);
    await expect(utils.loadImg(png)).rejects.toThrow(/PNG picture/);
    await utils.saveImg(at('x.png'), random.uniform([20, 30, 3], { seed: 1 }));
    await expect(utils.loadImg(at('x.png'), { maxPixels: 599 })).rejects.toThrow(
      /x\.png: PNG picture of 30 × 20 pixels: more than the 599 .* maxPixels/,
    );
    await expect(utils.loadImg(at('x.png'), { maxBytes: 10 })).rejects.toThrow('maxBytes');
    await expect(utils.loadImg(at('no.png'))).rejects.toThrow('there is no such file');
  });
});

test('libraries that are handed over are those that decode', async () => {
  const file = createRequire(import.meta.url).resolve('@jsquash/webp/codec/dec/webp_dec.wasm');
  const picture = new URL('../../fixtures/pictures/lossless.webp', import.meta.url);
  const { data } = await utils.loadImg(picture);
  await utils.setPictureCodecs({ webpDecoder: new Uint8Array([0, 97, 115, 109]) });
  await expect(utils.loadImg(picture)).rejects.toThrow('setPictureCodecs({ webpDecoder: url })');
  for (const webpDecoder of [file, await WebAssembly.compile(await readFile(file))]) {
    await utils.setPictureCodecs({ webpDecoder });
    expect((await utils.loadImg(picture)).data).toEqual(data);
  }
  await expect(utils.setPictureCodecs({ webpDecoder: 7 })).rejects.toThrow('got 7');
  await expect(utils.setPictureCodecs({ webp: file } as never)).rejects.toThrow("option 'webp'");
});

test('pixels of objects like ImageData', async () => {
  const imageData = { data: new Uint8ClampedArray([1, 2, 3, 4, 5, 6, 7, 8]), width: 1, height: 2 };
  expect(utils.fromPixels(imageData).toArray()).toEqual([[[1, 2, 3]], [[5, 6, 7]]]);
  expect(utils.fromPixels(imageData, { channels: 4 }).shape).toEqual([2, 1, 4]);
  expect(() => utils.fromPixels(7 as never)).toThrow('expected a canvas');
  expect(() => utils.fromPixels(imageData, { channels: 2 as never })).toThrow('1, 3 or 4');
  const gray16 = { data: new Uint16Array([1, 300]), width: 2, height: 1, channels: 1 } as const;
  expect(() => utils.fromPixels(gray16)).toThrow('16 bits does not fit a uint8 tensor');
  const bytes = await utils.toPixels(tensor([[0, 0.5, 1]]));
  expect([...bytes]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
  await expect(utils.toPixels(tensor([[2]]))).rejects.toThrow('from 0 to 1, got 2');
  await expect(utils.toPixels(tensor([1]))).rejects.toThrow('expected a picture of shape');
});
