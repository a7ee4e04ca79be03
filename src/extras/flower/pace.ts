/** Bytes for which a request may take as long as one without any. */
const TIMED_BYTES = 2 ** 20;

/** How long a request may take: so long for each MiB that goes either way, and so long without a byte of the answer. */
export class Pace {
  /** Bytes of the answer so far. */
  received = 0;
  readonly #start = performance.now();

  constructor(
    private readonly timeout: number,
    private readonly sent: number,
  ) {}

  /** Seconds for all of the request, as far as its bytes are known. */
  get #total(): number {
    return this.timeout * (1 + (this.sent + this.received) / TIMED_BYTES);
  }

  /** Milliseconds for the next step. */
  get milliseconds(): number {
    const left = 1000 * this.#total - (performance.now() - this.#start);
    return Math.max(0, this.received === 0 ? left : Math.min(left, 1000 * this.timeout));
  }

  /** The reason for which a request has ended. */
  describe(): string {
    const { received } = this;
    const seconds = Number(this.#total.toPrecision(3));
    return received === 0
      ? `it sent nothing for ${seconds} s (timeout)`
      : `it sent ${received} bytes, and then nothing for ${this.timeout} s, or took longer than ${seconds} s (timeout)`;
  }
}
