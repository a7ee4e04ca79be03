// Loss and accuracy, as they come.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { color, onColors } from './page.js';

/** Batches that the training line is the mean of. */
const SMOOTHING = 8;

type Series = [number[], (number | null)[], (number | null)[]];

export interface ChartKind {
  readonly title: string;
  /** A value as text. */
  readonly format: (value: number) => string;
  /** A number of the axis as text. */
  readonly mark: (value: number) => string;
  /** Where the axis ends, for the largest value so far. */
  readonly top: (most: number) => number;
}

/** One chart: a line for training, by batches, and points for the test images, by epochs. */
export class Chart {
  #series: Series = [[], [], []];
  #recent: number[] = [];
  #epochs = 1;
  #plot: uPlot | undefined;
  #isDue = false;

  /** @param place an element of role `img`; what the chart shows is told in its label */
  constructor(
    private readonly place: HTMLElement,
    private readonly kind: ChartKind,
  ) {
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(place);
    onColors(() => this.#draw(true));
    this.#describe();
    this.#draw(true);
  }

  #size(): { width: number; height: number } {
    return { width: this.place.clientWidth || 300, height: this.place.clientHeight || 230 };
  }

  /** A batch at `epoch`, which counts on in parts. */
  addBatch(epoch: number, value: number): void {
    this.#recent.push(value);
    if (this.#recent.length < SMOOTHING) return;
    this.#add(epoch, this.#recent.reduce((sum, one) => sum + one, 0) / this.#recent.length, null);
    this.#recent = [];
  }

  addEpoch(epoch: number, value: number): void {
    this.#add(epoch, null, value);
    this.#describe();
  }

  #add(epoch: number, training: number | null, test: number | null): void {
    const known = (value: number | null): number | null => Number.isFinite(value) ? value : null; // prettier-ignore
    const [x, a, b] = this.#series;
    x.push(epoch);
    a.push(known(training));
    b.push(known(test));
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw(false);
    });
  }

  /** Takes back what came after `epoch`: a paused epoch begins anew. */
  rewind(epoch: number): void {
    const kept = this.#series[0].filter((x) => x <= epoch).length;
    for (const values of this.#series) values.length = kept;
    this.#recent = [];
  }

  /** Empty, with room for so many epochs. */
  clear(epochs: number): void {
    this.#series = [[], [], []];
    this.#recent = [];
    this.#epochs = epochs;
    this.#describe();
    this.#draw(false);
  }

  /** The label follows the data: where each line begins and where it is now. */
  #describe(): void {
    const line = (name: string, values: readonly (number | null)[]): string => {
      const known = values.filter((value) => value !== null);
      const [first, last] = [known[0], known.at(-1)];
      if (first === undefined || last === undefined) return `${name} images: no values`;
      return `${name} images: from ${this.kind.format(first)} to ${this.kind.format(last)}`;
    };
    const [x, training, test] = this.#series;
    this.place.ariaLabel =
      x.length === 0
        ? `${this.kind.title}: no values yet`
        : `${this.kind.title} over ${Math.ceil(x.at(-1) ?? 0)} of ${this.#epochs} epochs. ${line('Training', training)}. ${line('Test', test)}.`;
  }

  #draw(anew: boolean): void {
    if (!anew && this.#plot !== undefined) {
      this.#plot.setData(this.#series);
      return;
    }
    this.#plot?.destroy();
    const axis: uPlot.Axis = {
      stroke: color('--quiet'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui',
    };
    const { mark, top } = this.kind;
    this.#plot = new uPlot(
      {
        ...this.#size(),
        scales: {
          x: { time: false, range: () => [0, this.#epochs] },
          y: { range: (_, __, most: number | null) => [0, top(most ?? 0)] },
        },
        axes: [
          { ...axis, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
          { ...axis, size: 52, values: (_, values) => values.map(mark) },
        ],
        legend: { show: false },
        cursor: { show: false },
        series: [
          { label: 'epoch' },
          {
            label: 'training',
            stroke: color('--second'),
            width: 1.5,
            spanGaps: true,
            points: { show: false },
          },
          {
            label: 'test',
            stroke: color('--accent'),
            width: 2,
            spanGaps: true,
            points: { show: true, size: 7, fill: color('--accent') },
          },
        ],
      },
      this.#series,
      this.place,
    );
  }
}
