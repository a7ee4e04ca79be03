import { jitter } from './pauses.js';

/** An idle node waits for this part of the time since the last message. */
const PART_OF_IDLE = 1 / 8;

/** How often a node asks for a message: soon after the last one, and more and more seldom while there is none. */
export class Polling {
  #last = performance.now();
  #run: bigint | undefined;
  /** What the server of that run advises. */
  #advice: number | undefined;

  /** @param shortest seconds between two questions @param longest those of a node that has been idle for long */
  constructor(
    private readonly shortest: number,
    private readonly longest: number,
  ) {}

  /**
   * A message has come, or is answered. The advice of one run does not hold for another.
   *
   * @param run the run of the message
   * @param advice seconds between two questions, if the message has given any
   */
  note(run: bigint, advice?: number): void {
    this.#last = performance.now();
    if (run !== this.#run) this.#advice = undefined;
    this.#run = run;
    this.#advice = advice ?? this.#advice;
  }

  /** Seconds until the next question: an eighth of the time since the last message, within bounds, or what the server advises. */
  get seconds(): number {
    const idle = (performance.now() - this.#last) / 1000;
    const pace = Math.min(Math.max(idle * PART_OF_IDLE, this.shortest), this.longest);
    // Not all nodes at one time.
    return (this.#advice ?? pace) * (0.75 + 0.5 * jitter());
  }
}
