import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import { LONGEST_TIMER } from '../../files/locations/download.js';
import type { MetadataValues } from './messages.js';

/** Aborts the work on a message when its time is over, or the node leaves. */
export class MessageTime {
  readonly #control = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #onAbort: () => void;

  constructor(
    { createdAt, ttl }: MetadataValues,
    private readonly node: AbortSignal,
  ) {
    const milliseconds = (createdAt + ttl) * 1000 - Date.now();
    this.#onAbort = () => this.#control.abort(node.reason);
    node.addEventListener('abort', this.#onAbort, { once: true });
    this.#timer = setTimeout(
      () => this.#control.abort(new Expired('the time for its answer is over')),
      Math.min(Math.max(0, milliseconds), LONGEST_TIMER),
    );
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.node.removeEventListener('abort', this.#onAbort);
  }
}

/** The time for the answer to a message is over. */
export class Expired extends Error {}

/** @throws FormatError for a message that says nothing of itself, or what cannot be. */
export function requireMetadata(metadata: MetadataValues | undefined): MetadataValues {
  const { messageType = '', createdAt = NaN, ttl = NaN, groupId = '' } = metadata ?? {};
  const isWhole = /^\w{1,100}(\.\w{1,100})?$/.test(messageType) && groupId.length <= 1000;
  if (metadata !== undefined && isWhole && Number.isFinite(createdAt) && Number.isFinite(ttl))
    return metadata;
  throw new FormatError(
    `flower: a message must have a type and a time, got type ${describeValue(messageType.slice(0, 100))}, created at ` +
      `${createdAt}, to be answered within ${ttl} s.`,
  );
}
