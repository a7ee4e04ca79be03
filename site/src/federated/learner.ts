// A node's own part: a share of the digits, a small network, and its weights as one array.
import { setSeed } from 'lanegrad/random';
import { tensor, tidy } from 'lanegrad/core';
import type { Tensor } from 'lanegrad/core';
import { digits } from 'lanegrad/datasets';
import { Dense } from 'lanegrad/layers';
import { SparseCategoricalCrossentropy } from 'lanegrad/losses';
import { Sequential } from 'lanegrad/models';
import { SGD } from 'lanegrad/optimizers';
import { DIGITS, SEATS } from './protocol.js';
import type { Share } from './protocol.js';

const PIXELS = 64;

interface Images {
  readonly x: Tensor;
  readonly labels: readonly number[];
}

async function imagesOf(): Promise<{ readonly train: Images; readonly test: Images }> {
  const [train, test] = await digits.loadData();
  const images = ([x, y]: readonly [Tensor, Tensor]): Images => ({
    x: tidy(() => x.reshape([-1, PIXELS]).div(16)),
    labels: Array.from(y.data(), Number),
  });
  return { train: images(train), test: images(test) };
}

export class Learner {
  readonly #test: Images;
  readonly #train: Images;
  readonly #model: Sequential;
  #share: { readonly x: Tensor; readonly y: Tensor } | undefined;
  samples = 0;

  static async create(): Promise<Learner> {
    const { train, test } = await imagesOf();
    return new Learner(train, test);
  }

  private constructor(train: Images, test: Images) {
    [this.#train, this.#test] = [train, test];
    // All nodes begin with the same weights.
    setSeed(1);
    this.#model = new Sequential([
      new Dense(32, { activation: 'relu', inputShape: [PIXELS] }),
      new Dense(10, { activation: 'softmax' }),
    ]);
    this.#model.compile({
      optimizer: new SGD({ learningRate: 0.1 }),
      loss: new SparseCategoricalCrossentropy(),
    });
  }

  /** Takes the images of a seat. */
  take(seat: number, share: Share): void {
    const own: readonly number[] = DIGITS[seat] ?? [];
    const { x, labels } = this.#train;
    const rows = labels.flatMap((label, index) =>
      (share === 'label' ? own.includes(label) : index % SEATS === seat) ? [index] : [],
    );
    this.#share?.x.dispose();
    this.#share?.y.dispose();
    const y = tensor(
      rows.map((row) => labels[row] ?? 0),
      { dtype: 'int32' },
    );
    this.#share = { x: tidy(() => x.gather(tensor(rows, { dtype: 'int32' }))), y };
    this.samples = rows.length;
  }

  /** One epoch with its own images. */
  async train(): Promise<void> {
    if (this.#share === undefined) return;
    const { x, y } = this.#share;
    await this.#model.fit(x, y, { epochs: 1, batchSize: 16, verbose: 0 });
  }

  /** The share of all test images that it reads correctly. */
  accuracy(): number {
    const { x, labels } = this.#test;
    const said = tidy(() => this.#model.predictOnBatch(x).argmax(-1).data());
    return labels.filter((label, index) => label === Number(said[index])).length / labels.length;
  }

  get weights(): Float32Array {
    const all = this.#model.weights.map(({ value }) => value.data() as Float32Array);
    const flat = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
    all.reduce((at, each) => {
      flat.set(each, at);
      return at + each.length;
    }, 0);
    return flat;
  }

  set weights(flat: Float32Array) {
    let at = 0;
    for (const variable of this.#model.weights) {
      const { shape, size } = variable.value;
      const part = flat.slice(at, at + size);
      tidy(() => variable.assign(tensor(part).reshape([...shape])));
      at += size;
    }
  }
}
