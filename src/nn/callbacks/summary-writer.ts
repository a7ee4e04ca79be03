import { describeValue } from '../../config/describe-value.js';
import { checkNumber, checkOptions, checkText, isListOf } from '../../config/index.js';
import { formatShape, requireTensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { openLogFolder } from '../../files/locations/log-folder.js';
import type { LogFolder, LogLocation } from '../../files/locations/log-folder.js';
import type { Summary, SummaryContent } from './summary.js';

/** Options of the methods of `SummaryWriter`. */
export interface SummaryWriteOptions {
  /** The step at which TensorBoard shows the value: a whole number, such as an epoch or a number of batches. */
  readonly step: number;
  /** A description for TensorBoard, in Markdown. Default: none. */
  readonly description?: string;
}

/** Options of `SummaryWriter.histogram`. */
export interface SummaryHistogramOptions extends SummaryWriteOptions {
  /** The number of buckets, which all have the same width. Default 30. */
  readonly buckets?: number;
}

/** Options of `SummaryWriter.image`. */
export interface SummaryImageOptions extends SummaryWriteOptions {
  /** The largest number of images to write, from the first on. Default 3. */
  readonly maxOutputs?: number;
}

/** Events that are kept before they are written, as many as TensorFlow's writer keeps. */
const QUEUE = 10;

const NAME = 'SummaryWriter';

/** Writers of this program, which tells their files apart. */
let count = 0;

/** An event file in a folder, which grows. What makes bytes of summaries is loaded with the first. */
export class EventLog {
  readonly #folder: LogFolder;
  readonly #prefix: string;
  #name: string | undefined;
  #queue: Summary[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  /** @param prefix what stands before the name of the file, such as `train/` */
  constructor(folder: LogFolder, prefix = '') {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  add(tag: string, step: number, content: SummaryContent, description = ''): void {
    this.#queue.push({ time: Date.now() / 1000, step, tag, description, content });
    if (this.#queue.length >= QUEUE) this.#write();
  }

  /** Waits until all is written. @throws ValueError for what could not be written since the last call. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  /** Writes the queue behind what is being written. */
  #write(): void {
    if (this.#queue.length === 0) return;
    const summaries = this.#queue;
    this.#queue = [];
    this.#writing = this.#writing
      .then(async () => {
        const { encodeSummaries } = await import('./summary-data.js');
        const bytes = await encodeSummaries(summaries, this.#name === undefined);
        this.#name ??= this.#prefix + fileName();
        await this.#folder.append(this.#name, bytes);
      })
      .catch((error: unknown) => {
        // The file may end within a record, behind which nothing can be read.
        this.#name = undefined;
        this.#failure ??= { error };
      });
  }
}

/**
 * Images as a summary holds them, at most so many.
 *
 * @throws ShapeError for other axes, or for other channels than 1 to 4; ValueError for other element types than float32 and
 * uint8.
 */
export function imageContent(owner: string, images: Tensor, most: number): SummaryContent {
  const { shape, dtype } = images;
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4 || height === 0 || width === 0 || channels < 1 || channels > 4) {
    throw new ShapeError(
      `${owner}: images have the shape [images, height, width, channels] with 1 to 4 channels, got ${formatShape(shape)}.`,
    );
  }
  if (dtype !== 'float32' && dtype !== 'uint8') {
    throw new ValueError(
      `${owner}: the pixels of images are float32 between 0 and 1, or uint8, got ${dtype}. Use images.cast('uint8').`,
    );
  }
  const written = Math.min(count, most);
  const pixels = images.data().slice(0, written * height * width * channels);
  const kept = [written, height, width, channels];
  return { kind: 'image', shape: kept, pixels: pixels as Float32Array | Uint8Array };
}

/**
 * Writes numbers, histograms, images and texts for TensorBoard, as `tf.summary` does. The first one creates an event file in the
 * folder. `tensorboard --logdir logs` shows each folder below `logs` as a run.
 *
 * In Node, the folder is on disk. In a browser, a path is a folder in the origin private file system; a handle from
 * `showDirectoryPicker({ mode: 'readwrite' })` is a folder on the user's disk.
 *
 * @example
 * const writer = new callbacks.SummaryWriter('logs/mine');
 * writer.scalar('reward', 12.5, { step: 1 });
 * await writer.close();
 */
export class SummaryWriter {
  readonly logDir: LogLocation;
  readonly #log: EventLog;
  #isClosed = false;

  /**
   * @param logDir the folder
   * @throws ValueError for anything but a folder.
   */
  constructor(logDir: LogLocation) {
    this.#log = new EventLog(openLogFolder(NAME, logDir));
    this.logDir = logDir;
  }

  /**
   * Writes a number.
   *
   * @param name the tag: `loss`, or with a group `loss/train`
   * @param value a number or a tensor of one element; NaN and infinity are written as they are
   * @param options the step, and a description
   * @throws ValueError for any other value.
   */
  scalar(name: string, value: number | Tensor, options: SummaryWriteOptions): void {
    const owner = this.#check('scalar', name, options, []);
    const number: unknown = typeof value === 'number' ? value : requireTensor(owner, value).item();
    this.#log.add(
      name,
      options.step,
      { kind: 'scalar', value: Number(number) },
      options.description,
    );
  }

  /**
   * Writes a histogram: how many values fall in each bucket between the smallest and the largest value. NaN and infinity are
   * not counted.
   *
   * @param name the tag
   * @param data a tensor of any shape, or a value that stands for one
   * @param options the step, a description, and the number of buckets
   * @throws ValueError for an option that is unknown or out of range.
   */
  histogram(name: string, data: TensorLike, options: SummaryHistogramOptions): void {
    const owner = this.#check('histogram', name, options, ['buckets']);
    const range = { min: 1, max: 10_000, integer: true };
    const buckets = checkNumber(owner, 'buckets', options.buckets ?? 30, range);
    tidy(() => {
      this.#log.add(
        name,
        options.step,
        { kind: 'histogram', values: toTensor(data).data(), buckets },
        options.description,
      );
    });
  }

  /**
   * Writes images.
   *
   * @param name the tag
   * @param data images [images, height, width, channels] of 1 to 4 channels: float32, clipped to 0 … 1, or uint8
   * @param options the step, a description, and the largest number of images
   * @throws ShapeError for a wrong shape, ValueError for a wrong element type.
   */
  image(name: string, data: TensorLike, options: SummaryImageOptions): void {
    const owner = this.#check('image', name, options, ['maxOutputs']);
    const range = { min: 0, integer: true };
    const most = checkNumber(owner, 'maxOutputs', options.maxOutputs ?? 3, range);
    tidy(() => {
      this.#log.add(
        name,
        options.step,
        imageContent(owner, toTensor(data), most),
        options.description,
      );
    });
  }

  /**
   * Writes a text, or a list of texts; TensorBoard reads them as Markdown.
   *
   * @param name the tag
   * @param data one text or several
   * @param options the step, and a description
   * @throws ValueError for anything but text.
   */
  text(name: string, data: string | readonly string[], options: SummaryWriteOptions): void {
    const owner = this.#check('text', name, options, []);
    const isText = (item: unknown): boolean => typeof item === 'string';
    if (!isText(data) && !isListOf(data, isText)) {
      throw new ValueError(`${owner}: expected a text or a list of texts, got ${describeValue(data)}.`); // prettier-ignore
    }
    this.#log.add(
      name,
      options.step,
      { kind: 'text', data: typeof data === 'string' ? data : [...data] },
      options.description,
    );
  }

  /**
   * Waits until everything is written to the file. This also happens automatically now and then; call it if you need
   * the data at once.
   *
   * @throws ValueError if the folder is not writable or the disk is full; the data are then lost.
   */
  async flush(): Promise<void> {
    await this.#log.flush();
  }

  /** Writes what is left, and takes nothing more. @throws what `flush` throws. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  #check(
    method: string,
    name: string,
    options: SummaryWriteOptions,
    more: readonly string[],
  ): string {
    const owner = `${NAME}.${method}`;
    checkText(owner, 'name', name);
    checkOptions(owner, options, ['step', 'description', ...more]);
    checkNumber(owner, 'step', options.step, { integer: true });
    if (options.description !== undefined) checkText(owner, 'description', options.description);
    if (!this.#isClosed) return owner;
    throw new ValueError(`${owner}: the writer is closed. Make another one.`);
  }
}

/** A name that no other writer of the folder has; TensorBoard reads files whose names hold `tfevents`. */
function fileName(): string {
  const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
  const [random = 0] = globalThis.crypto.getRandomValues(new Uint32Array(1));
  return `events.out.tfevents.${seconds}.lanegrad.${random.toString(36)}.${count++}.v2`;
}
