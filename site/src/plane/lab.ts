// A network that learns points in a worker while the page is seen, and the plane that shows it.
import { Session, wantsLessMotion } from '../session.js';
import { pointsOf } from './points.js';
import type { Shape } from './points.js';
import type { Point, Progress, Request } from './protocol.js';
import { PlanePicture } from './picture.js';
import type { NetworkSettings } from './settings.js';

/** Steps for each frame, slow enough to watch. */
const PACE = 1;
/** A network that does not come to its end stops after this number of steps since a point was added. */
const ENOUGH = 20_000;
/** Points that a visitor may add. */
const MOST_POINTS = 2000;

export interface State {
  readonly status: 'training' | 'paused' | 'learned' | 'failed';
  readonly message: string;
  readonly points: number;
  readonly progress: Progress | undefined;
}

export interface LabOptions {
  readonly network: NetworkSettings;
  /** The loss at which it stops, with no point on the wrong side. */
  readonly enough: number;
  /** Whether it tells weights and units. */
  readonly isDetailed: boolean;
  readonly shape: Shape;
  readonly noise: number;
  /** Holds back each second pair of points, to see whether the network also knows points that it has not learned. */
  readonly holdsBack: boolean;
}

export class Lab {
  readonly #picture: PlanePicture;
  readonly #tell: (state: State) => void;
  readonly #session: Session<Request, Progress>;
  #options: LabOptions;
  #points: Point[] = [];
  #heldBack: Point[] = [];
  #status: State['status'] = 'paused';
  #message = '';
  #progress: Progress | undefined;
  #seed = 0;
  /** The steps when the last point was added. */
  #added = 0;
  /** Whether it trains as fast as it can. */
  isFast = false;

  constructor(canvas: HTMLCanvasElement, tell: (state: State) => void, options: LabOptions) {
    this.#picture = new PlanePicture(canvas);
    this.#tell = tell;
    this.#options = options;
    this.#session = new Session<Request, Progress>({
      element: canvas,
      start: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
      more: () =>
        this.#status === 'training'
          ? {
              type: 'train',
              steps: this.isFast ? 'many' : PACE,
              isDetailed: this.#options.isDetailed,
            }
          : undefined,
      hear: (progress, isShown) => this.#hear(progress, isShown),
      fail: (message) => this.#fail(message),
    });
    this.#take(...this.#pointsNow());
    // Nothing moves by itself for readers who want less motion.
    if (wantsLessMotion()) this.pause();
    else this.go();
  }

  /** Other points, or another network for the same ones. */
  choose(options: Partial<LabOptions>): void {
    const before = this.#options;
    this.#options = { ...before, ...options };
    const isSame = (['shape', 'noise', 'holdsBack'] as const).every(
      (name) => options[name] === undefined || options[name] === before[name],
    );
    if (isSame) this.#take(this.#points, this.#heldBack);
    else this.#take(...this.#pointsNow());
    this.go();
  }

  /** Another rate, from the next step on. */
  set rate(rate: number) {
    this.#options = { ...this.#options, network: { ...this.#options.network, rate } };
    this.#session.post({ type: 'rate', rate });
    this.#report();
  }

  /** A new network for the same points. */
  restart(): void {
    this.#take(this.#points, this.#heldBack);
    this.go();
  }

  go(): void {
    if (this.#status === 'failed') return;
    this.#set('training');
    this.#session.wake();
  }

  pause(): void {
    if (this.#status !== 'failed') this.#set('paused');
  }

  /** Adds a point where the visitor has clicked. */
  add(point: Point): void {
    if (this.#points.length >= MOST_POINTS) return;
    this.#points.push(point);
    this.#added = this.#progress?.steps ?? 0;
    this.#session.post({ type: 'points', points: this.#points, heldBack: this.#heldBack });
    this.go();
  }

  /** Draws again, in the colours that the page has now. */
  redraw(): void {
    this.#picture.draw(this.#points, this.#progress, this.#heldBack);
  }

  dispose(): void {
    this.#session.dispose();
  }

  #pointsNow(): [Point[], Point[]] {
    const { shape, noise, holdsBack } = this.#options;
    const all = pointsOf(shape, noise);
    const isHeldBack = (_: Point, index: number): boolean => holdsBack && index % 4 >= 2;
    return [
      all.filter((point, index) => !isHeldBack(point, index)),
      all.filter((point, index) => isHeldBack(point, index)),
    ];
  }

  /** A new network, and the points that it is to learn. */
  #take(points: readonly Point[], heldBack: readonly Point[]): void {
    [this.#points, this.#heldBack] = [[...points], [...heldBack]];
    this.#progress = undefined;
    this.#added = 0;
    this.#session.post({ type: 'points', points, heldBack });
    this.#seed += 1;
    this.#session.post({ type: 'reset', seed: this.#seed, network: this.#options.network });
  }

  #hear(progress: Progress, isShown: boolean): void {
    // An answer of the network before this one.
    if (progress.seed !== this.#seed) return;
    this.#progress = progress;
    const isLearned = progress.wrong.length === 0 && progress.loss < this.#options.enough;
    if (this.#status === 'training' && (isLearned || progress.steps - this.#added >= ENOUGH))
      this.#set('learned');
    else if (isShown || this.#status !== 'training') {
      this.redraw();
      this.#report();
    }
  }

  #set(status: State['status']): void {
    this.#status = status;
    this.#report();
    this.redraw();
  }

  #fail(message: string): void {
    this.#message = message;
    this.#set('failed');
  }

  #report(): void {
    this.#tell({
      status: this.#status,
      message: this.#message,
      points: this.#points.length,
      progress: this.#progress,
    });
  }
}
