// Numbers of an array at positions between its elements, and the gradients of these.

import { Beyond } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { fixed, halvesAway, sampleCell, wholeOf } from './positions';

/**
 * out[image][p] = x[image] at the position of point p, for x[images, …lengths, channels], out[images, points, channels] and
 * coordinates[images, rank, points] in steps of the elements; `lengths` is int32 [rank]. An `order` of 1 draws straight lines
 * between neighbours, 0 takes the nearest, halves away from zero. `beyond` says what there is outside, `fill` the number
 * where that is a constant.
 * @module images
 * @cost 10 images·points·channels
 */
export function sample(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  coordinates: usize,
  lengths: usize,
  images: i32,
  rank: i32,
  points: i32,
  channels: i32,
  order: i32,
  beyond: Beyond,
  fill: f32,
): void {
  const corners = order == 0 ? 1 : 1 << rank;
  const imageBytes = elementsOf(lengths, rank, channels) << 2;
  const end = shareEnd(images * points, thread, threads, 16);
  for (let row = shareBegin(images * points, thread, threads, 16); row < end; row++) {
    const image = row / points;
    const at = coordinateAt(coordinates, image, row % points, rank, points);
    const to = out + ((<usize>row * channels) << 2);
    if (rank == 2 && order == 1) {
      const from = x + <usize>image * imageBytes;
      const y = load<f32>(at);
      const z = load<f32>(coordinateOn(at, 1, points));
      sampleCell(to, from, y, z, load<i32>(lengths), load<i32>(lengths, 4), channels, beyond, fill);
      continue;
    }
    for (let c = 0; c < channels; c++) store<f32>(to + ((<usize>c) << 2), 0);
    for (let corner = 0; corner < corners; corner++) {
      const weight = weightOf(corner, at, rank, points, order, -1);
      const element = elementAt(corner, at, lengths, rank, points, order, beyond);
      const from = x + <usize>image * imageBytes + ((<usize>element * channels) << 2);
      for (let c = 0; c < channels; c++) {
        const channel = (<usize>c) << 2;
        const value = element < 0 ? fill : load<f32>(from + channel);
        store<f32>(to + channel, load<f32>(to + channel) + weight * value);
      }
    }
  }
}

/**
 * The gradient of what `sample` was given as x: dx[images, …lengths, channels] += dy[images, points, channels]. Points may
 * share elements, so threads share the images.
 * @module images
 * @cost 10 images·points·channels
 * @inPlace
 */
export function sampleGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  coordinates: usize,
  lengths: usize,
  images: i32,
  rank: i32,
  points: i32,
  channels: i32,
  order: i32,
  beyond: Beyond,
): void {
  const corners = order == 0 ? 1 : 1 << rank;
  const imageBytes = elementsOf(lengths, rank, channels) << 2;
  const begin = shareBegin(images, thread, threads, 1) * points;
  const end = shareEnd(images, thread, threads, 1) * points;
  for (let row = begin; row < end; row++) {
    const image = row / points;
    const at = coordinateAt(coordinates, image, row % points, rank, points);
    const from = dy + ((<usize>row * channels) << 2);
    for (let corner = 0; corner < corners; corner++) {
      const element = elementAt(corner, at, lengths, rank, points, order, beyond);
      if (element < 0) continue;
      const weight = weightOf(corner, at, rank, points, order, -1);
      const to = dx + <usize>image * imageBytes + ((<usize>element * channels) << 2);
      for (let c = 0; c < channels; c++) {
        const channel = (<usize>c) << 2;
        store<f32>(to + channel, load<f32>(to + channel) + weight * load<f32>(from + channel));
      }
    }
  }
}

/**
 * The gradient of the coordinates of an order of 1: out[images, rank, points] of dy[images, points, channels].
 * @module images
 * @cost 20 images·points·channels
 */
export function sampleCoordinatesGradient(
  thread: i32,
  threads: i32,
  out: usize,
  dy: usize,
  x: usize,
  coordinates: usize,
  lengths: usize,
  images: i32,
  rank: i32,
  points: i32,
  channels: i32,
  beyond: Beyond,
  fill: f32,
): void {
  const imageBytes = elementsOf(lengths, rank, channels) << 2;
  const end = shareEnd(images * points, thread, threads, 16);
  for (let row = shareBegin(images * points, thread, threads, 16); row < end; row++) {
    const image = row / points;
    const at = coordinateAt(coordinates, image, row % points, rank, points);
    const to = coordinateAt(out, image, row % points, rank, points);
    const by = dy + ((<usize>row * channels) << 2);
    for (let axis = 0; axis < rank; axis++) store<f32>(coordinateOn(to, axis, points), 0);
    for (let corner = 0; corner < 1 << rank; corner++) {
      const element = elementAt(corner, at, lengths, rank, points, 1, beyond);
      const from = x + <usize>image * imageBytes + ((<usize>element * channels) << 2);
      let gradient: f32 = 0;
      for (let c = 0; c < channels; c++) {
        const value = element < 0 ? fill : load<f32>(from + ((<usize>c) << 2));
        gradient += value * load<f32>(by + ((<usize>c) << 2));
      }
      for (let axis = 0; axis < rank; axis++) {
        const weight = weightOf(corner, at, rank, points, 1, axis) * gradient;
        const sum = coordinateOn(to, axis, points);
        store<f32>(sum, load<f32>(sum) + (isUpper(corner, axis, rank) ? weight : -weight));
      }
    }
  }
}

/** Floats of an image. */
function elementsOf(lengths: usize, rank: i32, channels: i32): usize {
  let elements = <usize>channels;
  for (let axis = 0; axis < rank; axis++) elements *= load<i32>(lengths + ((<usize>axis) << 2));
  return elements;
}

/** Where the coordinate of a point on the first axis lies in [images, rank, points]. */
// @ts-ignore: decorator
@inline
function coordinateAt(coordinates: usize, image: i32, point: i32, rank: i32, points: i32): usize {
  return coordinates + ((<usize>image * rank * points + point) << 2);
}

/** Where its coordinate on another axis lies. */
// @ts-ignore: decorator
@inline
function coordinateOn(at: usize, axis: i32, points: i32): usize {
  return at + ((<usize>axis * points) << 2);
}

/** Whether a corner of the cell around a point is the upper one along an axis; the last axis changes fastest. */
// @ts-ignore: decorator
@inline
function isUpper(corner: i32, axis: i32, rank: i32): bool {
  return ((corner >> (rank - 1 - axis)) & 1) != 0;
}

/** The weight of a corner: a product over all axes but `except`. */
function weightOf(corner: i32, at: usize, rank: i32, points: i32, order: i32, except: i32): f32 {
  if (order == 0) return 1;
  let weight: f32 = 1;
  for (let axis = 0; axis < rank; axis++) {
    const coordinate = load<f32>(coordinateOn(at, axis, points));
    const fraction = coordinate - floor(coordinate);
    if (axis != except) weight *= isUpper(corner, axis, rank) ? fraction : 1 - fraction;
  }
  return weight;
}

/** The element at a corner, counted in order; -1 outside. */
function elementAt(
  corner: i32,
  at: usize,
  lengths: usize,
  rank: i32,
  points: i32,
  order: i32,
  beyond: Beyond,
): i32 {
  let element = 0;
  for (let axis = 0; axis < rank; axis++) {
    const coordinate = load<f32>(coordinateOn(at, axis, points));
    const lower = order == 0 ? halvesAway(coordinate) : floor(coordinate);
    const whole = wholeOf(lower);
    const index = order != 0 && isUpper(corner, axis, rank) ? whole + 1 : whole;
    const length = load<i32>(lengths + ((<usize>axis) << 2));
    const inside = fixed(index, length, beyond);
    if (inside < 0) return -1;
    element = element * length + inside;
  }
  return element;
}
