// Loss and accuracy, as they come.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** Batches that the training line is the mean of. */
const SMOOTHING = 8;

type Series = [number[], (number | null)[], (number | null)[]];

/** One chart: a line for training, by batches, and points for the test images, by epochs. */
export class Chart {
  #series: Series = [[], [], []];
  #recent: number[] = [];
  #plot: uPlot | undefined;
  #isDue = false;

  constructor(
    private readonly place: HTMLElement,
    private readonly digits: number,
  ) {
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(place);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw(true));
    this.#draw(true);
  }

  #size(): { width: number; height: number } {
    return { width: this.place.clientWidth || 300, height: 280 };
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
  }

  #add(epoch: number, training: number | null, test: number | null): void {
    const [x, a, b] = this.#series;
    x.push(epoch);
    a.push(training);
    b.push(test);
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

  clear(): void {
    this.#series = [[], [], []];
    this.#recent = [];
    this.#draw(false);
  }

  #draw(anew: boolean): void {
    if (!anew && this.#plot !== undefined) {
      this.#plot.setData(this.#series);
      return;
    }
    this.#plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => {
      const probe = document.createElement('i');
      probe.style.color = style.getPropertyValue(name);
      document.body.append(probe);
      const shown = getComputedStyle(probe).color;
      probe.remove();
      return shown;
    };
    const axis: uPlot.Axis = {
      stroke: color('--quiet'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui',
    };
    const value = (_: uPlot, v: number | null): string => v?.toFixed(this.digits) ?? '–';
    this.#plot = new uPlot(
      {
        ...this.#size(),
        scales: { x: { time: false } },
        axes: [
          { ...axis, size: 34 },
          { ...axis, size: 46 },
        ],
        legend: { live: false },
        cursor: { show: false },
        series: [
          { label: 'epoch' },
          {
            label: 'training',
            stroke: color('--second'),
            width: 1.5,
            spanGaps: true,
            points: { show: false },
            value,
          },
          {
            label: 'test',
            stroke: color('--accent'),
            width: 2,
            spanGaps: true,
            points: { show: true, size: 7, fill: color('--accent') },
            value,
          },
        ],
      },
      this.#series,
      this.place,
    );
  }
}
