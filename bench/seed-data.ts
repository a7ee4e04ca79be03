// Images for the seed network: MNIST if it is available, else the embedded digits enlarged to its size.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { data, datasets, tensor, utils } from 'lanegrad';
import { seed } from './shapes.js';
import type { Samples } from './workloads/workload.js';

/** (n, 784) float32, 0 … 1, and (n, 10) float32, one-hot. */
export async function loadSeedData(): Promise<Samples> {
  const directory = process.env['LANEGRAD_DATA_DIR'];
  if (directory) {
    const [[images, labels]] = await datasets.mnist.loadData({ directory });
    return {
      x: images.reshape([-1, seed.inputs]).astype('float32').div(255),
      y: utils.toCategorical(labels, seed.classes),
      source: 'MNIST',
    };
  }
  const [[images, labels]] = await datasets.digits.loadData();
  return {
    x: tensor(enlarge(images.data(), images.size / 64), {
      shape: [images.size / 64, seed.inputs],
    }),
    y: utils.toCategorical(labels, seed.classes),
    source:
      'embedded 8x8 digits, enlarged to 28x28 (set LANEGRAD_DATA_DIR for MNIST, which has more zeros)',
  };
}

/**
 * The images of any folder that holds IDX files by MNIST's names, such as Fashion-MNIST.
 *
 * @throws Error if a file does not exist
 */
export async function loadIdxFolder(folder: string): Promise<Samples> {
  const read = async (name: string): ReturnType<typeof data.readIdx> => {
    const file = [`${name}.gz`, name].map((n) => path.join(folder, n)).find((f) => existsSync(f));
    if (file === undefined) throw new Error(`${folder} holds neither ${name}.gz nor ${name}`);
    return data.readIdx(file);
  };
  using images = await read('train-images-idx3-ubyte');
  using labels = await read('train-labels-idx1-ubyte');
  return {
    x: images.reshape([-1, seed.inputs]).astype('float32').div(255),
    y: utils.toCategorical(labels, seed.classes),
    source: path.basename(path.resolve(folder)),
  };
}

/** (n, 8, 8) of 0 … 16 → (n, 28, 28) of 0 … 1, nearest pixel. */
function enlarge(images: ArrayLike<number>, n: number): Float32Array {
  const out = new Float32Array(n * seed.inputs);
  for (let i = 0; i < n; i++) {
    for (let row = 0; row < 28; row++) {
      for (let column = 0; column < 28; column++) {
        const pixel = images[i * 64 + (((row * 8) / 28) | 0) * 8 + (((column * 8) / 28) | 0)] ?? 0;
        out[i * seed.inputs + row * 28 + column] = pixel / 16;
      }
    }
  }
  return out;
}
