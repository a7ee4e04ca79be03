// How often the numbers of images are found, and what tables make of them: equalization, of whole images and of tiles.

import { Beyond } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { fixed } from './positions';

/**
 * counts[images, gridHeight, gridWidth, channels, bins]: how many pixels of a tile have each whole number, for x[images, height,
 * width, channels], whose fractions are dropped and which is cut to 0 … bins − 1. Tiles that reach beyond an image see its mirror
 * image there, which begins with the pixel at the border.
 * @module images
 * @cost 1.5 images·gridHeight·gridWidth·channels·tileHeight·tileWidth
 */
export function countTiles(
  thread: i32,
  threads: i32,
  counts: usize,
  x: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  gridHeight: i32,
  gridWidth: i32,
  tileHeight: i32,
  tileWidth: i32,
  bins: i32,
): void {
  const tiles = images * gridHeight * gridWidth;
  const tableBytes = (<usize>bins) << 2;
  const tileBytes = <usize>channels * tableBytes;
  const end = shareEnd(tiles, thread, threads, 1);
  for (let tile = shareBegin(tiles, thread, threads, 1); tile < end; tile++) {
    const left = (tile % gridWidth) * tileWidth;
    const top = ((tile / gridWidth) % gridHeight) * tileHeight;
    const image = tile / (gridWidth * gridHeight);
    const to = counts + <usize>tile * tileBytes;
    memory.fill(to, 0, tileBytes);
    for (let i = 0; i < tileHeight; i++) {
      const row = (<usize>image * height + fixed(top + i, height, Beyond.Reflect)) * width;
      for (let j = 0; j < tileWidth; j++) {
        let from = x + (((row + fixed(left + j, width, Beyond.Reflect)) * channels) << 2);
        for (let table = to; table < to + tileBytes; table += tableBytes, from += 4) {
          const at = table + ((<usize>binOf(load<f32>(from), bins)) << 2);
          store<i32>(at, load<i32>(at) + 1);
        }
      }
    }
  }
}

/**
 * out[images, height, width, channels]: what `tables`[images, gridHeight, gridWidth, channels, bins] say of the whole numbers x.
 * Between the centres of four tiles straight lines are drawn between the numbers of their tables.
 * @module images
 * @cost 5 images·height·width·channels
 */
export function lookUpTiles(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  tables: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  gridHeight: i32,
  gridWidth: i32,
  tileHeight: i32,
  tileWidth: i32,
  bins: i32,
): void {
  const tableBytes = (<usize>bins) << 2;
  const tileBytes = <usize>channels * tableBytes;
  const rowBytes = <usize>gridWidth * tileBytes;
  const end = shareEnd(images * height, thread, threads, 1);
  for (let row = shareBegin(images * height, thread, threads, 1); row < end; row++) {
    const ofImage = tables + <usize>(row / height) * gridHeight * rowBytes;
    const y = positionAmong(row % height, tileHeight);
    const above = floor(y);
    const down = y - above;
    const upper = ofImage + <usize>tileAt(above, gridHeight) * rowBytes;
    const lower = ofImage + <usize>tileAt(above + 1, gridHeight) * rowBytes;
    for (let column = 0; column < width; column++) {
      const z = positionAmong(column, tileWidth);
      const before = floor(z);
      const right = z - before;
      const first = <usize>tileAt(before, gridWidth) * tileBytes;
      const second = <usize>tileAt(before + 1, gridWidth) * tileBytes;
      let at = ((<usize>row * width + column) * channels) << 2;
      let table: usize = 0;
      for (let c = 0; c < channels; c++, at += 4, table += tableBytes) {
        const bin = table + ((<usize>binOf(load<f32>(x + at), bins)) << 2);
        const top = between(load<f32>(upper + first + bin), load<f32>(upper + second + bin), right);
        const low = between(load<f32>(lower + first + bin), load<f32>(lower + second + bin), right);
        store<f32>(out + at, between(top, low, down));
      }
    }
  }
}

/** The whole number of a bin. What is not a number is in the first one, so that nothing traps. */
// @ts-ignore: decorator
@inline
function binOf(value: f32, bins: i32): i32 {
  if (!(value > 0)) return 0;
  return value < <f32>bins ? <i32>value : bins - 1;
}

/** Where a pixel lies among the centres of tiles. */
// @ts-ignore: decorator
@inline
function positionAmong(pixel: i32, tile: i32): f32 {
  const length = <f32>tile;
  return (<f32>pixel - length / 2) / length;
}

/** The tile of that position; beyond the border the last one. */
// @ts-ignore: decorator
@inline
function tileAt(position: f32, tiles: i32): i32 {
  return min(max(<i32>position, 0), tiles - 1);
}

/** With the bits of a where both are equal. */
// @ts-ignore: decorator
@inline
function between(a: f32, b: f32, fraction: f32): f32 {
  return a + (b - a) * fraction;
}
