// Pictures of the formats that need an optional package, with the packages and without: `node pictures.mjs installed`.
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { data, utils } from 'lanegrad';

function check(condition, message) {
  if (!condition) throw new Error(message);
}

const installed = process.argv[2] === 'installed';

/** How far the pixels of a file are from those of Keras. */
async function difference(name) {
  const { data: pixels } = await utils.loadImg(name);
  const expected = (await data.readNpy(`${name}.rgb.npy`)).data();
  check(pixels.length === expected.length, `${name} has ${pixels.length} numbers`);
  return pixels.reduce((most, pixel, i) => Math.max(most, Math.abs(pixel - expected[i])), 0);
}

check((await difference('p0.png')) === 0, 'p0.png has other pixels');
for (const [name, peer] of [
  ['j0.jpg', '@jsquash/jpeg'],
  ['lossless.webp', '@jsquash/webp'],
]) {
  if (installed) {
    check((await difference(name)) <= 1, `${name} has other pixels`);
    continue;
  }
  const error = await utils.loadImg(name).catch((reason) => reason);
  check(error.name === 'ValueError', String(error.stack));
  check(error.message.endsWith(`Install it: npm install ${peer}`), error.message);
}

// Workers decode, whose module the package has to find.
if (installed) {
  mkdirSync('pictures', { recursive: true });
  for (const name of ['p0.png', 'j0.jpg']) copyFileSync(name, `pictures/${name}`);
  const options = { labels: null, imageSize: [8, 8], shuffle: false, workers: 2, verbose: false };
  const dataset = await utils.imageDatasetFromDirectory('pictures', options);
  const shapes = [];
  for await (const batch of dataset) shapes.push(batch.shape.join());
  check(shapes.join(' ') === '2,8,8,3', shapes.join(' '));

  // A data set decodes without workers if they fail, so a worker is asked alone.
  const worker = new Worker(new URL('picture-worker.js', import.meta.resolve('lanegrad')));
  worker.once('exit', (code) => {
    throw new Error(`the worker that decodes pictures has ended with code ${code}`);
  });
  worker.postMessage({ kind: 'call', id: 7, method: 'decode', args: ['no.png', 'no.png', {}] });
  const [answer] = await once(worker, 'message');
  check(answer.id === 7 && answer.kind === 'failure', JSON.stringify(answer));
  worker.removeAllListeners('exit');
  await worker.terminate();
}
