import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { utils } from '../../src/index.js';
import { crc32 } from '../../src/files/formats/bytes.js';
import { deflate, inflate } from '../../src/files/formats/gzip.js';
import { fuzz, realFiles } from './fuzz.js';
import type { Part } from './fuzz.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const folder = process.env['LANEGRAD_PICTURES_DIR'] ?? fixture('pictures');

/** Pictures of all kinds; those that Pillow refuses are left out. */
function made(...endings: readonly string[]): Map<string, Uint8Array<ArrayBuffer>> {
  const { files, items } = JSON.parse(
    gunzipSync(readFileSync(fixture('keras-pictures.json.gz'))).toString(),
  ) as {
    readonly files: Readonly<Record<string, string>>;
    readonly items: readonly { readonly file: string; readonly error?: string }[];
  };
  const refused = new Set(items.filter(({ error }) => error !== undefined).map(({ file }) => file));
  return new Map(
    Object.entries(files)
      .filter(([name]) => endings.some((end) => name.endsWith(end)))
      .filter(([name]) => !refused.has(name) && name !== 'no-palette.png')
      .map(([name, text]) => [name, Uint8Array.from(Buffer.from(text, 'base64'))]),
  );
}

const pictures = (...endings: readonly string[]): Map<string, Uint8Array<ArrayBuffer>> =>
  new Map([...realFiles(folder, ...endings), ...made(...endings)]);

const modes = ['rgb', 'rgba', 'grayscale'] as const;

const reader = {
  /** The pixels of a changed picture may be many; so may those of libraries that failed, until the collector comes. */
  maxBytes: 2 ** 29,
  async read(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const colorMode = modes[bytes.length % 3] ?? 'rgb';
    const targetSize = bytes.length % 5 === 0 ? ([7, 9] as const) : null;
    const interpolation = 'bilinear';
    await utils.loadImg(bytes, { colorMode, targetSize, interpolation, maxPixels: 2 ** 22 });
  },
};

/** What the data of a PNG file inflate to: filters and samples. */
const samples: Part = {
  name: 'what is deflated in a PNG file',
  take: async (file) => {
    const [start, end] = dataOf(file);
    const bytes = file.slice(start, end);
    return inflate({ bytes, format: 'deflate', name: 'data' }, 2 ** 20).catch(() => undefined);
  },
  put: async (file, part) => {
    const [start, end] = dataOf(file);
    const data = await deflate(part, 'deflate');
    const head = file.slice(0, start);
    new DataView(head.buffer).setUint32(start - 8, data.length);
    return Uint8Array.from(Buffer.concat([head, data, file.slice(end)]));
  },
};

/** The header of a PNG file, under its checksum. */
const header: Part = {
  name: 'the header of a PNG file',
  take: (file) => file.slice(16, 29),
  put: (file, part) => {
    const changed = file.slice();
    changed.set(part.subarray(0, 13), 16);
    new DataView(changed.buffer).setUint32(29, crc32(changed.subarray(12, 29)));
    return changed;
  },
};

/** Where the first data of a PNG file lie. */
function dataOf(file: Uint8Array<ArrayBuffer>): [number, number] {
  const start = Buffer.from(file).indexOf('IDAT', 0, 'latin1') + 4;
  const length = new DataView(file.buffer).getUint32(start - 8);
  return [start, start + length];
}

fuzz('utils.loadImg', { files: pictures('.jpg', '.png', '.gif', '.bmp', '.webp'), ...reader });
fuzz('utils.loadImg of PNG', {
  files: pictures('.png'),
  bytes: false,
  parts: [header, samples],
  ...reader,
});
