// Trains the autoencoder on the built-in digits, and reads places of its plane.
import { tensor, tidy } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { digits } from 'lanegrad/datasets';
import { answerWith } from '../answering.js';
import { REACH, SIDE, TILES } from './protocol.js';
import type { Decoded, Progress, Request } from './protocol.js';
import { Vae } from './vae.js';

/** Images whose places are shown. */
const SHOWN = 400;

interface Walk {
  readonly vae: Vae;
  readonly grid: Tensor;
  readonly shown: Tensor;
  readonly labels: Uint8Array;
}

async function begin(): Promise<Walk> {
  const [[images, labels]] = await digits.loadData({ testSplit: 0 });
  const x = images.reshape([-1, SIDE * SIDE]).div(16);
  const at = (index: number): number => ((index + 0.5) / TILES) * 2 * REACH - REACH;
  const grid = Array.from({ length: TILES * TILES }, (_, index) => [
    at(index % TILES),
    -at(Math.floor(index / TILES)),
  ]);
  return {
    vae: new Vae(x, 1),
    grid: tensor(grid),
    shown: x.slice([0, SHOWN]),
    labels: Uint8Array.from(labels.slice([0, SHOWN]).data(), Number),
  };
}

const shades = (images: Tensor): Uint8ClampedArray =>
  Uint8ClampedArray.from(images.data() as Float32Array, (value) => value * 255);

let walk: Promise<Walk> | undefined;
let mean = NaN;

answerWith<Request>(async (request) => {
  const { vae, grid, shown, labels } = await (walk ??= begin());
  if (request.type === 'decode') {
    const { x, y } = request;
    const digit = tidy(() => shades(vae.decode(tensor([[x, y]]))));
    postMessage({ type: 'decoded', x, y, digit } satisfies Decoded);
    return;
  }
  for (let step = 0; step < request.steps; step++) {
    const loss = vae.step();
    mean = Number.isNaN(mean) ? loss : mean * 0.98 + loss * 0.02;
  }
  const progress = tidy((): Progress => ({
    type: 'progress',
    steps: vae.steps,
    loss: mean,
    digits: shades(vae.decode(grid)),
    places: Float32Array.from(vae.encode(shown).data() as Float32Array),
    labels,
  }));
  postMessage(progress);
});
