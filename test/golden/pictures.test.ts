// What Keras's load_img reads from files of all kinds: those of test/fixtures/pictures, or of another folder of that form, and the
// unusual ones that test/oracles/fixtures/keras-pictures.py makes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { data, utils } from '../../src/index.js';
import type { Img, LoadImgOptions } from '../../src/utils.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

interface Item {
  readonly file: string;
  readonly color_mode: 'grayscale' | 'rgb' | 'rgba';
  readonly target_size?: readonly [number, number] | null;
  readonly interpolation?: LoadImgOptions['interpolation'];
  readonly keep_aspect_ratio?: boolean;
  readonly expected: string;
}

function optionsOf(item: Item): LoadImgOptions {
  return {
    colorMode: item.color_mode,
    targetSize: item.target_size ?? null,
    interpolation: item.interpolation ?? 'nearest',
    keepAspectRatio: item.keep_aspect_ratio ?? false,
  };
}

/** How far samples are from those that are expected. */
function distances({ data: samples }: Img, expected: ArrayLike<number>) {
  expect(samples.length).toBe(expected.length);
  let [most, sum] = [0, 0];
  samples.forEach((value, i) => {
    const distance = Math.abs(value - (expected[i] ?? NaN));
    most = Math.max(most, distance);
    sum += distance;
  });
  return { most, mean: sum / samples.length };
}

describe('pictures of a folder', () => {
  const folder = process.env['LANEGRAD_PICTURES_DIR'] ?? fixture('pictures');
  const { items } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    readonly items: readonly Item[];
  };

  test.each(items)('$expected', async (item) => {
    const img = await utils.loadImg(join(folder, item.file), optionsOf(item));
    const expected = await data.readNpy(join(folder, item.expected));
    expect([img.height, img.width, img.channels]).toEqual(expected.shape);
    const { most, mean } = distances(img, expected.data());
    expected.dispose();
    const isLossy = /jpe?g$|lossy/i.test(item.file);
    expect(most).toBeLessThanOrEqual(isLossy || item.target_size ? 1 : 0);
    expect(mean).toBeLessThan(0.1);
  });
});

interface MadeItem extends Partial<Item> {
  readonly file: string;
  readonly color_mode: Item['color_mode'];
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly error?: string;
}

const made = JSON.parse(gunzipSync(readFileSync(fixture('keras-pictures.json.gz'))).toString()) as {
  readonly files: Readonly<Record<string, string>>;
  readonly items: readonly MadeItem[];
};

describe('pictures that a script makes', () => {
  const isRead = ({ error }: MadeItem): boolean => error === undefined;
  /** What Pillow reads in another way than the file says, or refuses, and how it is here. */
  const different: Readonly<Record<string, string>> = {
    'gray-local.gif':
      'Pillow takes the global palette for a local one of grays when it makes colours.',
    'no-palette.png': 'Pillow takes a missing palette for black; here it is an error.',
    'rgba-40.bmp': 'Pillow refuses masks in another order behind a header of 40 bytes.',
    '440.jpg': 'libjpeg 3 rounds colours of half the height in another way than libjpeg 2.',
  };
  const bytesOf = (file: string): Uint8Array => Buffer.from(made.files[file] ?? '', 'base64');
  const files = new Set(made.items.map(({ file }) => file));

  test.each([...files])('%s', async (file) => {
    for (const item of made.items) {
      if (item.file !== file || !isRead(item) || Object.hasOwn(different, file)) continue;
      const img = await utils.loadImg(bytesOf(file), optionsOf(item as Item));
      const raw = Uint8Array.from(inflateSync(Buffer.from(item.expected ?? '', 'base64')));
      const expected = item.dtype === 'uint16' ? new Uint16Array(raw.buffer) : raw;
      expect([img.height, img.width, img.channels]).toEqual(item.shape);
      expect(distances(img, expected).most, JSON.stringify(optionsOf(item as Item))).toBe(0);
    }
  });

  test('what Pillow refuses is refused', async () => {
    const refused = made.items.filter((item) => !isRead(item));
    expect(refused.length).toBeGreaterThan(8);
    for (const { file, color_mode: colorMode } of refused) {
      if (Object.hasOwn(different, file)) continue;
      await expect(utils.loadImg(bytesOf(file), { colorMode }), file).rejects.toThrow(/picture/);
    }
  });

  test('sampling of half the height comes within two levels', async () => {
    const item = made.items.find(({ file }) => file === '440.jpg');
    const img = await utils.loadImg(bytesOf('440.jpg'));
    const { most, mean } = distances(img, inflateSync(Buffer.from(item?.expected ?? '', 'base64')));
    expect(most).toBeLessThanOrEqual(2);
    expect(mean).toBeLessThan(0.1);
  });

  test('a local palette of grays is that of the frame', async () => {
    const gray = await utils.loadImg(bytesOf('gray-local.gif'), { colorMode: 'grayscale' });
    const rgb = await utils.loadImg(bytesOf('gray-local.gif'));
    expect(
      distances(
        rgb,
        [...gray.data].flatMap((value) => [value, value, value]),
      ).most,
    ).toBe(0);
  });
});
