// A worker that computes while its page is seen: after each answer, the next frame asks for more. In a hidden tab there is no
// frame, and so nothing is computed there.
import type { Failure } from './answering.js';

export const TOO_OLD =
  'This browser cannot start the worker that computes here. It has to know modules in workers: Chrome 80, Firefox 114, Safari 16.4 or later.';

/** Milliseconds between two pictures for readers who want less motion. */
const CALM = 500;

export const wantsLessMotion = (): boolean =>
  matchMedia('(prefers-reduced-motion: reduce)').matches;

export interface SessionParts<Request, Answer> {
  /** Nothing is asked for while this element is out of sight. */
  readonly element: Element;
  readonly start: () => Worker;
  /** What to ask for in the next frame; undefined while it is paused. */
  readonly more: () => Request | undefined;
  /** Takes an answer. What it draws may wait if `isShown` is false: the reader wants less motion. */
  readonly hear: (answer: Answer, isShown: boolean) => void;
  readonly fail: (message: string) => void;
}

export class Session<Request, Answer extends { readonly type: string }> {
  readonly #parts: SessionParts<Request, Answer>;
  readonly #observer: IntersectionObserver;
  readonly #isCalm = wantsLessMotion();
  #worker: Worker | undefined;
  #isSeen = true;
  #isAsked = false;
  #shownAt = 0;

  constructor(parts: SessionParts<Request, Answer>) {
    this.#parts = parts;
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry?.isIntersecting ?? true;
      this.wake();
    });
    this.#observer.observe(parts.element);
    try {
      this.#worker = parts.start();
      this.#worker.onmessage = ({ data }: MessageEvent<Answer | Failure>) => this.#hear(data);
      this.#worker.onerror = () => parts.fail(TOO_OLD);
    } catch {
      parts.fail(TOO_OLD);
    }
  }

  post(request: Request): void {
    this.#worker?.postMessage(request);
  }

  /** Asks for more, unless an answer is due, nothing is wanted or the page is out of sight. */
  wake(): void {
    if (this.#isAsked || !this.#isSeen || this.#worker === undefined) return;
    const request = this.#parts.more();
    if (request === undefined) return;
    this.#isAsked = true;
    this.post(request);
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#observer.disconnect();
  }

  #hear(answer: Answer | Failure): void {
    if (answer.type === 'failure') {
      this.#isAsked = false;
      this.#parts.fail((answer as Failure).message);
    } else if (answer.type === 'progress') {
      requestAnimationFrame((now) => {
        if (this.#worker === undefined) return;
        this.#isAsked = false;
        const isShown = !this.#isCalm || now - this.#shownAt >= CALM;
        if (isShown) this.#shownAt = now;
        this.#parts.hear(answer as Answer, isShown);
        this.wake();
      });
    } else this.#parts.hear(answer as Answer, true);
  }
}
