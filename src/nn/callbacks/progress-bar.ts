import { printable } from '../../config/describe-value.js';
import type { Writer } from '../../config/platform.js';

/** How a bar looks. */
export interface BarLook {
  /** The width of the bar in characters. */
  readonly width: number;
  /** Seconds between two drawings of a running bar. */
  readonly interval: number;
  /** The name of a step. */
  readonly unit: string;
}

/** Drawn often enough for the eye, too seldom to slow training. */
const LOOK: BarLook = { width: 20, interval: 0.1, unit: 'step' };

const BOLD = '\x1b[1m';
const GREEN = '\x1b[32m';
const WHITE = '\x1b[37m';
const RESET = '\x1b[0m';
/** Clears from the cursor to the end of the line. */
const CLEAR = '\x1b[K';

/** A piece of a line and how it is shown. */
type Piece = readonly [text: string, style?: string];

/**
 * Progress of a loop of steps, on a line that is drawn again in place:
 * `12/469 ━━━━━━━━━━━━━━━━━━━━ 3s 7ms/step - accuracy: 0.8732 - loss: 0.4381`.
 * While it runs the time is what is left, at the end what it took.
 */
export class ProgressBar {
  readonly #writer: Writer;
  readonly #now: () => number;
  readonly #start: number;
  readonly #look: BarLook;
  #target: number | null;
  #lastDrawn = -Infinity;
  #afterFirstStep: number | undefined;

  /**
   * @param target number of steps; null if unknown
   * @param writer the destination of the bar
   * @param now a function that returns the time in seconds
   */
  constructor(target: number | null, writer: Writer, now: () => number, look = LOOK) {
    this.#look = look;
    this.#target = target;
    this.#writer = writer;
    this.#now = now;
    this.#start = now();
  }

  /**
   * `done` steps are done. Draws if the last drawing is long enough ago.
   *
   * @param isShown false: only the time is taken, for the summary
   */
  update(done: number, logs: Readonly<Record<string, number>>, isShown = true): void {
    const now = this.#now();
    if (this.#afterFirstStep === undefined && done === 1) this.#afterFirstStep = now;
    if (!isShown || !this.#writer.isTerminal || now - this.#lastDrawn < this.#look.interval) return;
    this.#lastDrawn = now;
    const pieces = this.#pieces(done, now, logs, false);
    this.#writer.write(`\r${this.#render(pieces, this.#writer.columns)}${CLEAR}`);
  }

  /** All is done: the final line, with the time it took. */
  finish(done: number, logs: Readonly<Record<string, number>>): void {
    this.#target ??= done;
    const line = this.#render(this.#pieces(this.#target, this.#now(), logs, true));
    this.#writer.write(this.#writer.isTerminal ? `\r${line}${CLEAR}\n` : `${line}\n`);
  }

  /** The final line without a bar: `469/469 - 1s - 2ms/step - accuracy: 0.8732 - loss: 0.4381`. */
  summary(done: number, logs: Readonly<Record<string, number>>): string {
    const now = this.#now();
    const seconds = (now - this.#start).toFixed(0);
    const step = formatStepTime(this.#secondsPerStep(done, now), this.#look.unit);
    return `${formatCount(done, this.#target ?? done)} - ${seconds}s - ${step}${formatLogs(logs)}`;
  }

  #pieces(
    done: number,
    now: number,
    logs: Readonly<Record<string, number>>,
    isFinal: boolean,
  ): Piece[] {
    const target = this.#target;
    const perStep = this.#secondsPerStep(done, now);
    const isEta = target !== null && !isFinal;
    const time = isEta
      ? formatEta(perStep * Math.max(0, target - done))
      : `${(now - this.#start).toFixed(0)}s`;
    return [
      [formatCount(done, target), BOLD],
      ...this.#cells(target === null ? null : target === 0 ? 0 : done / target),
      [' '],
      [time, BOLD],
      [` ${formatStepTime(perStep, this.#look.unit)}${formatLogs(logs)}`],
    ];
  }

  /** The bar, filled to that share; nothing for null. */
  #cells(share: number | null): Piece[] {
    if (share === null) return [];
    const { width } = this.#look;
    const filled = Math.min(width, Math.floor(width * share));
    // Where colours cannot tell them apart, cells to come are thinner.
    const empty = this.#writer.hasColors ? '━' : '─';
    return [[' '], ['━'.repeat(filled), GREEN], [empty.repeat(width - filled), WHITE]];
  }

  /** The line, cut to the terminal: a longer one would wrap and could not be drawn again in place. */
  #render(pieces: readonly Piece[], columns = Infinity): string {
    let room = columns - 1;
    let line = '';
    for (const [text, style] of pieces) {
      const visible = text.slice(0, Math.max(0, room));
      room -= visible.length;
      if (visible === '') continue;
      line += style !== undefined && this.#writer.hasColors ? style + visible + RESET : visible;
    }
    return line;
  }

  /** The first step, which warms up, does not count once there are others. */
  #secondsPerStep(done: number, now: number): number {
    if (done === 0) return 0;
    if (this.#afterFirstStep !== undefined && done > 1) {
      return (now - this.#afterFirstStep) / (done - 1);
    }
    return (now - this.#start) / done;
  }
}

// The text of progress lines, as Keras writes them.

/** Seconds as `12s`, `1:05` or `2:01:05`. */
export function formatEta(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole > 3600) {
    return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  }
  return whole > 60 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : `${whole}s`;
}

/** The time of a step as `2s/step`, `12ms/step` or `350us/step`. */
export function formatStepTime(seconds: number, unit = 'step'): string {
  if (seconds >= 1 || seconds === 0) return `${seconds.toFixed(0)}s/${unit}`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(0)}ms/${unit}`;
  return `${(seconds * 1e6).toFixed(0)}us/${unit}`;
}

/** Four decimals, or for small numbers an exponent of two digits: `0.9312`, `4.2000e-05`. */
export function formatValue(value: number): string {
  // As Python prints them, whatever the engine calls them.
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Math.abs(value) > 1e-3) return value.toFixed(4);
  return value.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** ` - accuracy: 0.9312 - loss: 0.2210`, in the order of the logs. */
function formatLogs(logs: Readonly<Record<string, number>>): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${printable(name)}: ${formatValue(value)}`)
    .join('');
}

/** `  9/469`: the steps done, as wide as all of them, and all; `     12/Unknown` where that is not known. */
export function formatCount(done: number, target: number | null): string {
  if (target === null) return `${String(done).padStart(7)}/Unknown`;
  return `${String(done).padStart(String(target).length)}/${target}`;
}
