// A film of a page as an animated WebP: screenshots that Chromium takes, of which each frame holds what has changed.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import encode, { init } from '@jsquash/webp/encode.js';
import { utils } from '../../../dist/index.js';

/** Lossless, and colours that differ by a little become one. */
const quality = { lossless: 1, quality: 100, method: 6, near_lossless: 60 };

/** Takes frames of a part of a page, one at each call. */
export function camera(page, clip) {
  const shots = [];
  return {
    shots,
    /** @param {number} duration milliseconds for which the frame is shown */
    async take(duration) {
      shots.push({ png: await page.screenshot({ clip, fullPage: true }), duration });
    },
    /** Takes frames until a promise is fulfilled, and keeps at most `count`, evenly spread. */
    async follow(promise, count, duration) {
      let running = true;
      const ended = promise.finally(() => (running = false));
      const taken = [];
      while (running) {
        taken.push(await page.screenshot({ clip, fullPage: true }));
        await page.waitForTimeout(100);
      }
      await ended;
      const kept = Math.min(count, taken.length);
      for (let i = 0; i < kept; i++) {
        shots.push({ png: taken[Math.floor((i * taken.length) / kept)], duration });
      }
    },
  };
}

/**
 * An animated WebP that repeats for ever.
 *
 * @param {{ png: Uint8Array, duration: number }[]} shots all of one size
 */
export async function filmOf(shots) {
  await startEncoder();
  const frames = [];
  let last;
  for (const { png, duration } of shots) {
    const image = await utils.loadImg(png, { colorMode: 'rgba' });
    const box = last === undefined ? wholeOf(image) : changed(last, image);
    last = image;
    if (box === undefined) frames.at(-1).duration += duration;
    else frames.push({ box, duration, picture: await encode(cut(image, box), quality) });
  }
  const { width, height } = last;
  const header = Buffer.alloc(10);
  header[0] = ANIMATED;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  // The colour behind the frames, and how often they are repeated: 0 is for ever.
  const animation = Buffer.from([255, 255, 255, 255, 0, 0]);
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', header),
    chunk('ANIM', animation),
    ...frames.map(frameOf),
  ]);
  return { bytes: chunk('RIFF', body), frames: frames.length };
}

/** The flag of VP8X that says that there are frames. */
const ANIMATED = 2;

async function startEncoder() {
  const codec = createRequire(import.meta.url).resolve('@jsquash/webp/codec/enc/webp_enc_simd.wasm');
  await init(await WebAssembly.compile(await readFile(codec)));
} // prettier-ignore

const wholeOf = ({ width, height }) => ({ x: 0, y: 0, width, height });

/** The smallest box around the pixels that differ, from an even place on, as the format wants it; undefined if none does. */
function changed(before, after) {
  const { width, height } = after;
  const [a, b] = [before, after].map(({ data }) => new Uint32Array(data.slice().buffer));
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  }
  if (right < 0) return undefined;
  [left, top] = [left - (left % 2), top - (top % 2)];
  return { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top };
}

/** The pixels in a box, as the encoder takes them. */
function cut({ data, width }, box) {
  const out = new Uint8ClampedArray(4 * box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const from = 4 * ((box.y + y) * width + box.x);
    out.set(data.subarray(from, from + 4 * box.width), 4 * y * box.width);
  }
  return { data: out, width: box.width, height: box.height };
}

function frameOf({ box, duration, picture }) {
  const head = Buffer.alloc(16);
  head.writeUIntLE(box.x / 2, 0, 3);
  head.writeUIntLE(box.y / 2, 3, 3);
  head.writeUIntLE(box.width - 1, 6, 3);
  head.writeUIntLE(box.height - 1, 9, 3);
  head.writeUIntLE(duration, 12, 3);
  // The frame replaces what it covers.
  head[15] = 2;
  return chunk('ANMF', Buffer.concat([head, chunksOf(picture)]));
}

/** The chunks of the pixels in the file of a still picture. */
function chunksOf(picture) {
  const bytes = Buffer.from(picture);
  const found = [];
  for (let at = 12; at < bytes.length;) {
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    const name = bytes.toString('latin1', at, at + 4);
    if (['ALPH', 'VP8 ', 'VP8L'].includes(name)) found.push(bytes.subarray(at, end + (end % 2)));
    at = end + (end % 2);
  }
  return Buffer.concat(found);
}

function chunk(name, body) {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
