// What `TensorBoard` writes, and under which names: those of Keras's callback.
import { classNameOf, messageOf } from '../../config/index.js';
import { transpose, squeeze } from '../../engine/ops/index.js';
import { Variable } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { ValueError } from '../../errors.js';
import { openLogFolder } from '../../files/locations/log-folder.js';
import type { LogFolder, LogLocation } from '../../files/locations/log-folder.js';
import type { CallbackModel, LoggedLayer } from './callback.js';
import { EventLog, imageContent } from './summary-writer.js';

/** Buckets of a histogram, and images of a weight, as many as TensorFlow writes unless told otherwise. */
const BUCKETS = 30;
const IMAGES = 3;

/** The runs that a `fit` or an `evaluate` has in TensorBoard. */
export type RunName = 'train' | 'validation';

/** The files of one loop, which are made when something is written. */
export class TensorBoardLogs {
  readonly #owner: string;
  readonly #folder: LogFolder;
  readonly #runs: Readonly<Record<RunName, EventLog>>;

  constructor(owner: string, location: LogLocation) {
    this.#owner = owner;
    this.#folder = openLogFolder(owner, location);
    const run = (name: RunName): EventLog => new EventLog(this.#folder, `${name}/`);
    this.#runs = { train: run('train'), validation: run('validation') };
  }

  /** Writes numbers, each under its name with the prefix. */
  scalars(
    run: RunName,
    prefix: string,
    values: Readonly<Record<string, number>>,
    step: number,
  ): void {
    for (const [name, value] of Object.entries(values)) {
      this.#runs[run].add(prefix + name, step, { kind: 'scalar', value });
    }
  }

  /** The learning rate of an optimizer, or of each of several, under the names that Keras gives them. */
  learningRates(optimizer: NonNullable<CallbackModel['optimizer']>): Record<string, number> {
    try {
      return { learning_rate: optimizer.learningRate };
    } catch {
      // Several optimizers have no rate in common.
      const each = Object.entries(optimizer.inner ?? {}).map(([path, inner]) => [
        `learning_rate_${inner.name ?? path}`,
        inner.learningRate ?? NaN,
      ]);
      return Object.fromEntries(each) as Record<string, number>;
    }
  }

  /** Writes the description of a model that has one. */
  graph(model: CallbackModel): void {
    const described = descriptionOf(this.#owner, model);
    if (described !== undefined)
      this.#runs.train.add('keras', 0, { kind: 'model', json: described });
  }

  /** Writes the histogram of a weight, and images of it. */
  weight(weight: Variable, step: number, isShown: boolean): void {
    const { value } = weight;
    const name = weight.path.replaceAll(':', '_');
    const { train } = this.#runs;
    train.add(`${name}/histogram`, step, {
      kind: 'histogram',
      values: value.data(),
      buckets: BUCKETS,
    });
    if (!isShown) return;
    const images = imagesOf(value);
    const channels = images?.shape[3] ?? 0;
    if (images === undefined || ![1, 3, 4].includes(channels)) return;
    train.add(`${name}/image`, step, imageContent(this.#owner, images, IMAGES));
  }

  /** Writes the embeddings of each layer as a table, and all weights as Keras does. */
  async embeddings(model: CallbackModel, epoch: number): Promise<void> {
    for (const layer of embeddingLayers(model.layers ?? [])) {
      const table = new TextEncoder().encode(tableOf(layer.embeddings.value));
      await this.#folder.write(`train/${layer.name}.tsv`, table);
    }
    const name = `train/keras_embedding.ckpt-${epoch}.weights.h5`;
    const write = (_: string, bytes: Uint8Array<ArrayBuffer>) => this.#folder.write(name, bytes);
    await model.saveWeights?.({ write }, { format: 'h5' });
  }

  /** Writes a small text file into the folder. */
  writeFile(name: string, text: string): Promise<void> {
    return this.#folder.write(name, new TextEncoder().encode(text));
  }

  /** Waits until all is in the files. */
  async flush(): Promise<void> {
    const { train, validation } = this.#runs;
    await train.flush();
    await validation.flush();
  }
}

/** The description of a model as JSON; undefined for one that computes in its own way, and, with a warning, where it has none. */
function descriptionOf(owner: string, model: CallbackModel): string | undefined {
  try {
    const json = model.toJSON?.();
    const name = json?.['class_name'];
    return name === 'Functional' || name === 'Sequential' ? JSON.stringify(json) : undefined;
  } catch (error) {
    // eslint-disable-next-line no-console
    console.warn(`lanegrad: ${owner}: the graph of the model is not written: ${messageOf(error)}`);
    return undefined;
  }
}

/** A weight as images [images, height, width, channels], as far as it can be shown. Bright is 1, and what is negative is black. */
function imagesOf(weight: Tensor): Tensor | undefined {
  const value = squeeze(weight);
  const [rows = 1, columns = 1, depth = 1] = value.shape;
  if (value.ndim === 1) return value.reshape([1, rows, 1, 1]);
  if (value.ndim === 2) {
    const wide = rows > columns ? transpose(value) : value;
    return wide.reshape([1, Math.min(rows, columns), Math.max(rows, columns), 1]);
  }
  if (value.ndim === 3) return transpose(value, [2, 0, 1]).reshape([depth, rows, columns, 1]);
  return value.ndim === 4 ? value : undefined;
}

/** A layer whose weights stand for words or the like. */
type EmbeddingLayer = LoggedLayer & { readonly embeddings: Variable };

function embeddingLayers(layers: readonly LoggedLayer[]): readonly EmbeddingLayer[] {
  return layers.filter(
    (layer): layer is EmbeddingLayer =>
      classNameOf(layer) === 'Embedding' &&
      (layer as Partial<EmbeddingLayer>).embeddings instanceof Variable,
  );
}

/** A line for each row, with tabs between numbers. */
function tableOf(matrix: Tensor): string {
  const [rows = 0, columns = 0] = matrix.shape;
  const data = matrix.data();
  let text = '';
  for (let row = 0; row < rows; row++) {
    text += `${data.subarray(row * columns, (row + 1) * columns).join('\t')}\n`;
  }
  return text;
}

/**
 * What TensorBoard's projector reads, in protobuf's text format: where the embeddings and their labels are.
 *
 * @throws ValueError for labels of a layer that is no `Embedding` of the model.
 */
export function embeddingsConfig(
  owner: string,
  layers: readonly LoggedLayer[],
  metadata: string | Readonly<Record<string, string>> | null,
): string {
  const found = embeddingLayers(layers);
  const names = found.map(({ name }) => name);
  const wrong =
    metadata === null || typeof metadata === 'string'
      ? []
      : Object.keys(metadata).filter((name) => !names.includes(name));
  if (wrong.length > 0) {
    throw new ValueError(
      `${owner}: embeddingsMetadata names '${wrong.join("', '")}'. The Embedding layers of the model: ` +
        `${names.length === 0 ? 'none' : `'${names.join("', '")}'`}.`,
    );
  }
  return found
    .map(({ name, embeddings }) => {
      const labels = typeof metadata === 'string' ? metadata : metadata?.[name];
      const lines = [
        `tensor_name: ${quoted(embeddings.path)}`,
        ...(labels === undefined ? [] : [`metadata_path: ${quoted(labels)}`]),
        `tensor_path: ${quoted(`train/${name}.tsv`)}`,
      ];
      return `embeddings {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
    })
    .join('');
}

/** A text in protobuf's text format. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
