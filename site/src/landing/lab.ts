// What lives on the home page: a network in a worker that trains while the page is seen, and the plane that shows it. Each
// frame asks for the next steps, so nothing trains in a hidden tab.
import { pointsOf } from './points.js';
import type { Shape } from './points.js';
import type { Failure, Point, Progress, Request } from './protocol.js';
import { PlanePicture } from './plane.js';

/** Steps for each frame, slow enough to watch. */
const PACE = 1;
/** The loss at which it stops, with no point on the wrong side. */
const LEARNED = 0.01;
/** A network that does not come there stops after so many steps. */
const ENOUGH = 20_000;
/** Points that a visitor may add. */
const MOST_POINTS = 2000;
/** Milliseconds between two pictures for readers who want less motion. */
const CALM = 500;

export interface State {
  readonly status: 'training' | 'paused' | 'learned' | 'failed';
  readonly message: string;
  readonly points: number;
  readonly progress: Progress | undefined;
}

export class Lab {
  readonly #picture: PlanePicture;
  readonly #tell: (state: State) => void;
  readonly #isCalm: boolean;
  readonly #observer: IntersectionObserver;
  #worker: Worker | undefined;
  #points: Point[] = [];
  #status: State['status'] = 'paused';
  #message = '';
  #progress: Progress | undefined;
  #isSeen = true;
  #isAsked = false;
  #shownAt = 0;
  #seed = 1;
  /** Whether it trains as fast as it can. */
  isFast = false;

  constructor(canvas: HTMLCanvasElement, tell: (state: State) => void) {
    this.#picture = new PlanePicture(canvas);
    this.#tell = tell;
    this.#isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry?.isIntersecting ?? true;
      this.#ask();
    });
    this.#observer.observe(canvas);
    try {
      this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      this.#worker.onmessage = ({ data }: MessageEvent<Progress | Failure>) => this.#hear(data);
      this.#worker.onerror = () =>
        this.#fail(
          'This browser cannot start the network. It has to know modules in workers: Chrome 80, Firefox 114, Safari 16.4 or later.',
        );
    } catch (error) {
      this.#fail(String(error));
    }
    this.#take(pointsOf('spirals'));
    // Nothing moves by itself for readers who want less motion.
    if (this.#isCalm) this.pause();
    else this.go();
  }

  choose(shape: Shape): void {
    this.#take(pointsOf(shape));
    this.go();
  }

  /** A new network for the same points. */
  restart(): void {
    this.#take(this.#points);
    this.go();
  }

  go(): void {
    if (this.#status === 'failed') return;
    this.#set('training');
    this.#ask();
  }

  pause(): void {
    if (this.#status !== 'failed') this.#set('paused');
  }

  /** Adds a point where the visitor has clicked. */
  add(point: Point): void {
    if (this.#points.length >= MOST_POINTS) return;
    this.#points.push(point);
    this.#post({ type: 'points', points: this.#points });
    this.go();
  }

  /** Draws again, in the colours that the page has now. */
  redraw(): void {
    this.#picture.draw(this.#points, this.#progress);
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#observer.disconnect();
  }

  /** A new network, and the points that it is to learn. */
  #take(points: readonly Point[]): void {
    this.#points = [...points];
    this.#progress = undefined;
    this.#post({ type: 'points', points });
    this.#post({ type: 'reset', seed: this.#seed++ });
  }

  #post(request: Request): void {
    this.#worker?.postMessage(request);
  }

  #ask(): void {
    if (this.#isAsked || !this.#isSeen || this.#status !== 'training') return;
    this.#isAsked = true;
    this.#post({ type: 'train', steps: this.isFast ? 'many' : PACE });
  }

  #hear(message: Progress | Failure): void {
    if (message.type === 'failure') {
      this.#fail(message.message);
      return;
    }
    // In a hidden tab there is no frame, and so no further step.
    requestAnimationFrame((now) => {
      this.#isAsked = false;
      this.#progress = message;
      const isLearned = message.wrong.length === 0 && message.loss < LEARNED;
      if (this.#status === 'training' && (isLearned || message.steps >= ENOUGH))
        this.#set('learned');
      if (!this.#isCalm || now - this.#shownAt >= CALM || this.#status !== 'training') {
        this.#shownAt = now;
        this.redraw();
        this.#report();
      }
      this.#ask();
    });
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
