import { describeValue, printable } from '../../config/describe-value.js';
import { checkBoolean, checkOptions, checkText } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';

/** Options of `RemoteMonitor`. */
export interface RemoteMonitorOptions {
  /** URL of the server, http or https. Default `'http://localhost:9000'`. */
  readonly root?: string;
  /** The path after `root`. Default `'/publish/epoch/end/'`. */
  readonly path?: string;
  /** Name of the form field with the data; not used with `sendAsJson`. Default `'data'`. */
  readonly field?: string;
  /** Additional headers of the requests. Default null: none. */
  readonly headers?: Readonly<Record<string, string>> | null;
  /** Whether to send the data as the body of the request, as `application/json`. Default false: as a form with one field. */
  readonly sendAsJson?: boolean;
}

/** How long training waits for a server: many times what a server in the same house takes. */
const MAX_WAIT = 10_000;

/**
 * Sends the logs of each epoch to a server: a POST to `root + path` of `{ "epoch": 0, "loss": 0.5, … }` in JSON, as a form or
 * as the body. Epochs count from 0. NaN and infinity, which JSON does not have, become `null`. The server's answer is not
 * read. Keras: `RemoteMonitor`.
 *
 * If the server cannot be reached, a warning is shown once in a `fit`, and the next epoch is sent again. If the server does
 * not answer, training waits 10 seconds once, and nothing more is sent in this `fit`.
 *
 * @example new callbacks.RemoteMonitor({ root: 'https://example.com', sendAsJson: true })
 */
export class RemoteMonitor extends Callback {
  readonly root: string;
  readonly path: string;
  readonly field: string;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly sendAsJson: boolean;
  #hasWarned = false;
  #isSilent = false;

  /** @throws ValueError for an unknown option, for an invalid URL, and for headers that cannot be sent. */
  constructor(options: RemoteMonitorOptions = {}) {
    super();
    const owner = 'RemoteMonitor';
    checkOptions(owner, options, ['root', 'path', 'field', 'headers', 'sendAsJson']);
    this.root = checkText(owner, 'root', options.root ?? 'http://localhost:9000');
    this.path = checkText(owner, 'path', options.path ?? '/publish/epoch/end/');
    this.field = checkText(owner, 'field', options.field ?? 'data');
    this.headers = checkHeaders(owner, options.headers ?? null);
    this.sendAsJson = checkBoolean(owner, 'sendAsJson', options.sendAsJson ?? false);
    requireUrl(owner, this.root + this.path);
  }

  override onTrainBegin(): void {
    this.#hasWarned = false;
    this.#isSilent = false;
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    if (this.#isSilent) return;
    const json = JSON.stringify({ epoch, ...logs });
    const headers = new Headers(this.headers ?? {});
    if (this.sendAsJson && !headers.has('content-type')) {
      headers.set('content-type', 'application/json');
    }
    const body = this.sendAsJson ? json : new URLSearchParams({ [this.field]: json });
    try {
      const signal = AbortSignal.timeout(MAX_WAIT);
      const response = await fetch(this.root + this.path, {
        method: 'POST',
        headers,
        body,
        signal,
      });
      // It may be of any length.
      void response.body?.cancel().catch(() => undefined);
    } catch (error) {
      this.#isSilent = (error as { readonly name?: unknown }).name === 'TimeoutError';
      this.#warn();
    }
  }

  #warn(): void {
    if (this.#hasWarned && !this.#isSilent) return;
    this.#hasWarned = true;
    const how = this.#isSilent
      ? `does not answer within ${MAX_WAIT / 1000} seconds, and is sent nothing more in this fit`
      : 'could not be reached';
    // eslint-disable-next-line no-console
    console.warn(`lanegrad: RemoteMonitor: the server at ${printable(this.root)} ${how}.`);
  }
}

function requireUrl(owner: string, text: string): void {
  const { protocol, username, password } = URL.canParse(text) ? new URL(text) : new URL('none:');
  if (username + password !== '') {
    throw new ValueError(
      `${owner}: root must be a URL without a user and a password, which fetch does not send. Give them as a header: ` +
        `{ headers: { Authorization: '…' } }.`,
    );
  }
  if (/^https?:$/.test(protocol)) return;
  throw new ValueError(
    `${owner}: root and path must make a URL of http or https, such as 'http://localhost:9000', got ${describeValue(text)}.`,
  );
}

function checkHeaders(owner: string, headers: unknown): Readonly<Record<string, string>> | null {
  if (headers === null) return null;
  try {
    const isRecord = typeof headers === 'object' && Object.getPrototypeOf(headers) === Object.prototype; // prettier-ignore
    if (isRecord) return Object.freeze(Object.fromEntries(new Headers(headers as HeadersInit)));
  } catch {
    // The message below says it.
  }
  throw new ValueError(
    `${owner}: headers must be an object of names and texts, such as { Authorization: '…' }, got ${describeValue(headers)}.`,
  );
}
