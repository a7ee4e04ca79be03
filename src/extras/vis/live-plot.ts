import { describeValue, printable } from '../../config/describe-value.js';
import { checkOptions, isListOf, messageOf, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isByteSink } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { Callback } from '../../nn/callbacks/callback.js';
import type { Logs } from '../../nn/callbacks/callback.js';
import { isElement } from './page-element.js';
import type { PageElement } from './page-element.js';

/** Options of `LivePlot`. */
export interface LivePlotOptions {
  /** The names of the losses and metrics to draw, without `val_`. Default: all. */
  readonly metrics?: readonly string[];
  /** The theme. Default `'auto'`: that of the page, otherwise light. */
  readonly theme?: 'light' | 'dark' | 'auto';
}

/** Milliseconds between two drawings, at least. */
const INTERVAL = 1000;

/** Drawing takes at most the 50th part of the time, 2 %. */
const SHARE = 49;

const NAME = 'LivePlot';

/** Plots of this program, which notebooks tell apart by a name. */
let count = 0;

/**
 * A chart of the loss and metrics that grows while `fit` is running: in an element of a page, in Deno's Jupyter kernel, or as an SVG
 * file that is replaced in one step. It is drawn after an epoch, at most once a second, and so rarely that drawing takes at most 2 %
 * of the time; and once more at the end. Needs the packages vega and vega-lite.
 *
 * If the chart cannot be drawn, for instance on a full disk, a warning is shown once in a `fit`, and training continues.
 *
 * @example await model.fit(x, y, { epochs: 100, callbacks: [new callbacks.LivePlot('training.svg')] });
 */
export class LivePlot extends Callback {
  readonly target: PageElement | Target | undefined;
  readonly #options: LivePlotOptions;
  readonly #displayId = `lanegrad-live-plot-${count++}`;
  #logs: Record<string, number[]> = {};
  #hasFailed = false;
  #isFirst = true;
  #drawnAt = -Infinity;
  #cost = 0;
  #epochs = 0;
  #drawnEpochs = 0;

  /**
   * @param target an element of a page or its CSS selector, the path of an SVG or PNG file, or an object { write(name, bytes) };
   * not needed in a notebook of Deno's kernel
   * @throws ValueError for an option that is unknown or out of range.
   */
  constructor(target?: PageElement | Target, options: LivePlotOptions = {}) {
    super();
    checkOptions(NAME, options, ['metrics', 'theme']);
    const isPlace = typeof target === 'string' && target !== '';
    if (target !== undefined && !isElement(target) && !isPlace && !isByteSink(target)) {
      throw new ValueError(
        `${NAME}: the target must be an element, a selector, the path of an SVG file or an object { write(name, bytes) }, got ` +
          `${describeValue(target)}.`,
      );
    }
    oneOf(NAME, 'theme', options.theme ?? 'auto', ['light', 'dark', 'auto']);
    const { metrics } = options;
    if (metrics !== undefined && !isListOf(metrics, (name) => typeof name === 'string')) {
      throw new ValueError(
        `${NAME}: metrics must be a list of names, got ${describeValue(metrics)}.`,
      );
    }
    this.target = target;
    this.#options = { ...options };
  }

  /** @throws ValueError if a package is missing, or if there is neither a target nor a notebook. */
  override async onTrainBegin(): Promise<void> {
    const { notebook, prepareDrawing } = await import('./live-drawing.js');
    if (this.target === undefined && notebook() === undefined) {
      throw new ValueError(
        `${NAME}: there is no notebook to draw into. Name a target: new LivePlot('training.svg').`,
      );
    }
    await prepareDrawing();
    this.#logs = {};
    this.#hasFailed = false;
    this.#drawnAt = performance.now();
    this.#cost = 0;
    [this.#epochs, this.#drawnEpochs] = [0, 0];
  }

  override async onEpochEnd(_epoch: number, logs: Logs = {}): Promise<void> {
    for (const [name, value] of Object.entries(logs)) {
      const list = (this.#logs[name] ??= []);
      // What an epoch lacks, as one without validation, is a gap.
      while (list.length < this.#epochs) list.push(NaN);
      list.push(value);
    }
    this.#epochs++;
    const wait = Math.max(INTERVAL, SHARE * this.#cost);
    if (performance.now() - this.#drawnAt >= wait) await this.#draw();
  }

  override async onTrainEnd(): Promise<void> {
    if (this.#epochs > this.#drawnEpochs) await this.#draw();
  }

  async #draw(): Promise<void> {
    if (this.#hasFailed) return;
    const begin = performance.now();
    try {
      const { drawLogs } = await import('./live-drawing.js');
      await drawLogs(this.#logs, this.target, this.#options, this.#displayId, this.#isFirst);
      this.#isFirst = false;
    } catch (error) {
      this.#hasFailed = true;
      // eslint-disable-next-line no-console
      console.warn(
        `lanegrad: ${NAME}: ${printable(messageOf(error))} Training goes on without the chart.`,
      );
    }
    this.#drawnEpochs = this.#epochs;
    this.#drawnAt = performance.now();
    this.#cost = this.#drawnAt - begin;
  }
}
