// Applies the layers that the sliders set.
import { tensor, tidy } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { digits } from 'lanegrad/datasets';
import * as layers from 'lanegrad/layers';
import { answerWith } from '../answering.js';
import { usedOf } from './knobs.js';
import type { LayerName } from './knobs.js';
import { COUNT, SIDE } from './protocol.js';
import type { Augmented, Request } from './protocol.js';

type Layer = layers.BaseImagePreprocessingLayer;

const LAYERS: Readonly<Record<LayerName, unknown>> = {
  RandomFlip: layers.RandomFlip,
  RandomRotation: layers.RandomRotation,
  RandomTranslation: layers.RandomTranslation,
  RandomZoom: layers.RandomZoom,
  RandomShear: layers.RandomShear,
  RandomPerspective: layers.RandomPerspective,
  RandomElasticTransform: layers.RandomElasticTransform,
  RandomBrightness: layers.RandomBrightness,
  RandomContrast: layers.RandomContrast,
  RandomSaturation: layers.RandomSaturation,
  RandomHue: layers.RandomHue,
  RandomErasing: layers.RandomErasing,
};

/** The layers that are used, each with a seed of its own. */
function layersOf({ values, seed }: Request): Layer[] {
  return usedOf(values).map(([{ layer, given }, value], index) => {
    const Class = LAYERS[layer] as new (...given: readonly unknown[]) => Layer;
    const all = given(value).map((each) =>
      typeof each === 'object' ? { ...each, seed: seed * 100 + index } : each,
    );
    return new Class(...all);
  });
}

/** The first digits, dark on light, as large as pictures. */
async function digitPictures(): Promise<Uint8Array> {
  const [[images]] = await digits.loadData();
  const shades = images.slice([0, COUNT]).data();
  const pictures = new Uint8Array(COUNT * SIDE * SIDE * 3);
  const scale = SIDE / 8;
  for (let at = 0; at < pictures.length; at++) {
    const pixel = Math.floor(at / 3);
    const [picture, row, column] = [
      Math.floor(pixel / (SIDE * SIDE)),
      Math.floor((pixel % (SIDE * SIDE)) / SIDE / scale),
      Math.floor((pixel % SIDE) / scale),
    ];
    pictures[at] = 250 - Number(shades[picture * 64 + row * 8 + column] ?? 0) * 14;
  }
  return pictures;
}

function augment(pictures: Uint8Array, request: Request): Tensor {
  const each = SIDE * SIDE * 3;
  const all = new Float32Array(COUNT * each);
  for (let index = 0; index < COUNT; index++)
    all.set(pictures.length === each ? pictures : pictures.subarray(index * each, (index + 1) * each), index * each); // prettier-ignore
  const images = tensor(all).reshape([COUNT, SIDE, SIDE, 3]);
  return layersOf(request).reduce<Tensor>(
    (changed, layer) => layer.apply(changed, { training: true }),
    images,
  );
}

answerWith<Request>(async (request) => {
  const pictures = request.picture ?? (await digitPictures());
  const started = performance.now();
  const changed = tidy(() => augment(pictures, request).data() as Float32Array);
  const milliseconds = performance.now() - started;
  const pixels = new Uint8ClampedArray(COUNT * SIDE * SIDE * 4);
  for (let pixel = 0; pixel < COUNT * SIDE * SIDE; pixel++) {
    // The first picture is as it was.
    const isFirst = pixel < SIDE * SIDE;
    for (let channel = 0; channel < 3; channel++)
      pixels[pixel * 4 + channel] = (isFirst ? pictures : changed)[pixel * 3 + channel] ?? 0;
    pixels[pixel * 4 + 3] = 255;
  }
  const answer: Augmented = { type: 'progress', pixels, milliseconds };
  postMessage(answer, { transfer: [pixels.buffer] });
});
