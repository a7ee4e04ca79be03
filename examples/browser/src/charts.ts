// What a training comes to, as it comes.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { color, onColors } from './page.js';

/** Batches that the training line is the mean of. */
const SMOOTHING = 8;
/** Points of the test that fit into a chart side by side. */
const MOST_POINTS = 40;

type Series = [number[], (number | null)[], (number | null)[]];

export interface ChartKind {
  readonly title: string;
  /** What the horizontal axis counts: `'epochs'`. */
  readonly unit: string;
  /** What the two lines are of: `'Training images'`. */
  readonly names: readonly [training: string, test: string];
  /** A value as text. */
  readonly format: (value: number) => string;
  /** A number of the axis as text. */
  readonly mark: (value: number) => string;
  /** Where the axis ends, for the largest value so far. */
  readonly top: (most: number) => number;
}

/** A level that a chart shows in addition to its lines. */
export interface Mark {
  readonly value: number;
  readonly text: string;
}

/** One chart: a line for training, by batches, and points for the test, now and then. */
export class Chart {
  #series: Series = [[], [], []];
  #recent: number[] = [];
  #end = 1;
  #marks: readonly Mark[] = [];
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

  /** A batch, at a place of the horizontal axis. */
  addBatch(x: number, value: number): void {
    this.#recent.push(value);
    if (this.#recent.length < SMOOTHING) return;
    this.#add(x, this.#recent.reduce((sum, one) => sum + one, 0) / this.#recent.length, null);
    this.#recent = [];
  }

  /** A measurement of the test. */
  addTest(x: number, value: number): void {
    this.#add(x, null, value);
    this.#describe();
  }

  #add(place: number, training: number | null, test: number | null): void {
    const known = (value: number | null): number | null => Number.isFinite(value) ? value : null; // prettier-ignore
    const [x, a, b] = this.#series;
    // A place has one entry: of two at the right edge the second is not drawn.
    if (x.at(-1) !== place) {
      x.push(place);
      a.push(null);
      b.push(null);
    }
    a[x.length - 1] ??= known(training);
    b[x.length - 1] ??= known(test);
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw(false);
    });
  }

  /** Takes back what came after a place: a paused epoch starts over. */
  rewind(place: number): void {
    const kept = this.#series[0].filter((x) => x <= place).length;
    for (const values of this.#series) values.length = kept;
    this.#recent = [];
  }

  /** Empty, with room as far as `end`. */
  clear(end: number, marks: readonly Mark[] = []): void {
    this.#series = [[], [], []];
    this.#recent = [];
    this.#marks = marks;
    this.extend(end);
  }

  /** Room as far as `end`. */
  extend(end: number): void {
    this.#end = end;
    this.#describe();
    this.#draw(false);
  }

  /** The label follows the data: where each line begins and where it is now. */
  #describe(): void {
    const line = (name: string, values: readonly (number | null)[]): string => {
      const known = values.filter((value) => value !== null);
      const [first, last] = [known[0], known.at(-1)];
      if (first === undefined || last === undefined) return `${name}: no values`;
      return `${name}: from ${this.kind.format(first)} to ${this.kind.format(last)}`;
    };
    const [x, training, test] = this.#series;
    const { title, unit, names } = this.kind;
    const marks = this.#marks.map(({ value, text }) => ` ${text}: ${this.kind.format(value)}.`);
    this.place.ariaLabel =
      x.length === 0
        ? `${title}: no values yet`
        : `${title} over ${Math.ceil(x.at(-1) ?? 0)} of ${this.#end} ${unit}. ${line(names[0], training)}. ${line(names[1], test)}.${marks.join('')}`;
  }

  #draw(again: boolean): void {
    if (!again && this.#plot !== undefined) {
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
          x: { time: false, range: () => [0, this.#end] },
          y: {
            range: (_, __, most: number | null) => [
              0,
              top(Math.max(most ?? 0, ...this.#marks.map(({ value }) => value))),
            ],
          },
        },
        axes: [
          {
            ...axis,
            size: 34,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
          },
          { ...axis, size: 52, values: (_, values) => values.map(mark) },
        ],
        hooks: { drawAxes: [(plot) => this.#drawMarks(plot)] },
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
            points: {
              show: true,
              size: 7,
              fill: color('--accent'),
              filter: () => this.#testPoints(),
            },
          },
        ],
      },
      this.#series,
      this.place,
    );
  }

  /** Which measurements of the test get a point: from the last one back, so far apart that they can be told from each other. */
  #testPoints(): number[] {
    const [x, , test] = this.#series;
    const shown: number[] = [];
    let next = Infinity;
    for (let i = x.length - 1; i >= 0; i--) {
      const place = x[i] ?? 0;
      if (test[i] === null || place > next) continue;
      shown.unshift(i);
      next = place - this.#end / MOST_POINTS;
    }
    return shown;
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = color('--quiet');
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.lineWidth = ratio;
    ctx.font = `${12 * ratio}px system-ui`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    for (const { value, text } of this.#marks) {
      const y = plot.valToPos(value, 'y', true);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(text, bbox.left + bbox.width - 4 * ratio, y - 2 * ratio);
    }
    ctx.restore();
  }
}
