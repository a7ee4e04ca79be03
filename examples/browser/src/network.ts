// The network and its worker.
import { layers, models, optimizers, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import type { RemoteModel } from 'lanegrad/remote';
import type { Digits } from './digits.js';

export interface Settings {
  readonly layers: readonly number[];
  readonly optimizer: string;
  readonly rate: number;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly threads: number;
}

/** What is told while it trains. `epoch` counts on in parts. */
export interface Listener {
  onBatch(epoch: number, logs: Readonly<Record<string, number>>): void;
  onEpoch(epoch: number, logs: Readonly<Record<string, number>>): void;
}

const CLASSES: Readonly<
  Record<string, new (options: { learningRate: number }) => optimizers.Optimizer>
> = {
  rmsprop: optimizers.RMSprop,
  adam: optimizers.Adam,
  sgd: optimizers.SGD,
  adamw: optimizers.AdamW,
  nadam: optimizers.Nadam,
  adagrad: optimizers.Adagrad,
  lion: optimizers.Lion,
};

function compile(model: models.Model, { optimizer, rate }: Settings): void {
  const type = CLASSES[optimizer] ?? optimizers.RMSprop;
  model.compile({
    optimizer: new type({ learningRate: rate }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
}

/** A network that is trained in a worker; its answers come from there too. Where none can start, in the page. */
export class Network {
  /** Epochs that are done. */
  epoch = 0;
  /** Batches of the epochs that are done, and of the one that has begun. */
  batches = 0;
  /** Its weights are no longer numbers. */
  isLost = false;
  #isLoaded: boolean;

  private constructor(
    readonly model: models.Model,
    private readonly remote: RemoteModel | undefined,
    /** Why there is no worker, if there is none. */
    readonly obstacle: string | undefined,
    readonly settings: Settings,
    isLoaded: boolean,
  ) {
    this.#isLoaded = isLoaded;
  }

  /** A new network, or one from a file. */
  static async start(digits: Digits, settings: Settings, loaded?: models.Model): Promise<Network> {
    utils.setRandomSeed(settings.seed);
    const model = loaded ?? new models.Sequential([
      ...settings.layers.map((units, i) =>
        new layers.Dense(units, {
          activation: 'relu',
          ...(i === 0 ? { inputShape: [digits.size ** 2] } : {}),
        }),
      ),
      new layers.Dense(10, {
        activation: 'softmax',
        ...(settings.layers.length === 0 ? { inputShape: [digits.size ** 2] } : {}),
      }),
    ]); // prettier-ignore
    if (model.optimizer === undefined) compile(model, settings);
    const { threads } = settings;
    try {
      const remote = await inWorker(model, { runtime: { threads }, waitForBatchHooks: false });
      return new Network(model, remote, undefined, settings, loaded !== undefined);
    } catch (error) {
      const obstacle = error instanceof Error ? error.message : String(error);
      return new Network(model, undefined, obstacle, settings, loaded !== undefined);
    }
  }

  /** It has learned here, or comes from a file. */
  get isTrained(): boolean {
    return this.#isLoaded || this.batches > 0;
  }

  get #trainer(): RemoteModel | models.Model {
    return this.remote ?? this.model;
  }

  /** Trains until all epochs are done, or `pause`. */
  async train({ trainX, trainY, testX, testY }: Digits, listener: Listener): Promise<void> {
    const { batch, epochs } = this.settings;
    const steps = Math.ceil((trainX.shape[0] ?? 0) / batch);
    // A paused epoch starts over.
    this.batches = this.epoch * steps;
    await this.#trainer.fit(trainX, trainY, {
      batchSize: batch,
      epochs,
      initialEpoch: this.epoch,
      validationData: [testX, testY],
      validationBatchSize: 512,
      verbose: 0,
      callbacks: {
        onTrainBatchEnd: (_, logs) => {
          this.batches++;
          listener.onBatch(this.batches / steps, logs);
        },
        onEpochEnd: (_, logs) => {
          if (this.#trainer.stopTraining) return;
          this.epoch++;
          listener.onEpoch(this.batches / steps, logs);
        },
      },
    });
  }

  pause(): void {
    this.#trainer.stopTraining = true;
  }

  /** Stops for good. */
  giveUp(): void {
    this.isLost = true;
    this.pause();
  }

  /** The ten probabilities for one image. */
  async read(image: Float32Array): Promise<Float32Array> {
    return this.probabilities(tensor(image, { shape: [1, image.length] }), true);
  }

  /** The ten probabilities for each of many images, one row each. */
  async probabilities(images: Tensor, isOurs = false): Promise<Float32Array> {
    try {
      const output = await this.#trainer.predict(images, { batchSize: 512, verbose: 0 });
      const values = output.data('float32');
      output.dispose();
      return values;
    } finally {
      if (isOurs) images.dispose();
    }
  }

  /** Brings the weights of now into `model`. */
  async pull(): Promise<void> {
    await this.remote?.pull();
  }

  async save(target: string): Promise<void> {
    await this.#trainer.save(target);
  }

  async saveWeights(target: string): Promise<void> {
    await this.#trainer.saveWeights(target);
  }

  async loadWeights(file: File): Promise<void> {
    await this.model.loadWeights(file);
    this.#isLoaded = true;
    this.isLost = false;
  }

  dispose(): void {
    this.remote?.dispose();
    this.model.dispose();
  }
}
