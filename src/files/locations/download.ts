import { isError } from '../../config/index.js';
import { DatasetError } from '../../errors.js';
import { concatenate } from '../formats/bytes.js';

/** The progress of a download. */
export interface DownloadProgress {
  /** The URL of the file. */
  readonly url: string;
  /** Bytes received so far. */
  readonly loadedBytes: number;
  /** The total number of bytes, if the server sends it. */
  readonly totalBytes: number | undefined;
}

export interface DownloadOptions {
  /** Ends the download: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a single byte after which the server is given up. Default: no limit. */
  readonly stallTimeout?: number | undefined;
  /** The most bytes that the body may have. Default: no limit. */
  readonly maxBytes?: number | undefined;
  /** Called after every piece. What it throws ends the download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/** A part of a file that arrived earlier. */
export interface PartialFile {
  /** Length of the partial file: the bytes from 0 on. */
  readonly length: number;
  /** What the server said names these contents. */
  readonly validator: string | null;
}

/** The options of a download that may go on where an earlier one broke off. */
export interface ResumableOptions extends DownloadOptions {
  /** What is there already; only the rest is asked for. */
  readonly after?: PartialFile | undefined;
  /**
   * Called before the first piece: at which byte it stands (0 if the server cannot or must not go on), and what names
   * the contents; undefined where these bytes are not those of the file, because they are encoded on the way.
   */
  readonly onResponse?: ((start: number, validator: string | null | undefined) => void) | undefined;
}

/** The connection failed or the server fell silent: another attempt may bring the rest. */
export class BrokenOff extends DatasetError {
  constructor(
    message: string,
    readonly isStalled: boolean,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Beyond so many milliseconds, timers fire at once instead of late. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Ends one request for every cause, a signal of the caller's or silence of the server, so that no connection outlives it. */
export class RequestWatch {
  readonly #control = new AbortController();
  readonly #abort = (): void => this.#control.abort();
  #isSilent = false;

  /**
   * @param caller aborts the request: its reason is thrown
   * @param silence milliseconds without any sign of the server, after which the request ends
   * @param failure the error to throw: whether the server was silent, and what `fetch` threw
   */
  constructor(
    private readonly caller: AbortSignal | undefined,
    private readonly silence: number,
    private readonly failure: (isSilent: boolean, cause: unknown) => Error,
  ) {
    caller?.addEventListener('abort', this.#abort, { once: true });
  }

  /** The signal for `fetch`. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /**
   * Waits for the network's next step, and distinguishes why it may fail.
   *
   * @param silence milliseconds for this step. Default: those of the constructor.
   */
  async next<T>(step: Promise<T>, silence = this.silence): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (silence <= LONGEST_TIMER) {
      timer = setTimeout(() => {
        this.#isSilent = true;
        this.#abort();
      }, silence);
    }
    try {
      return await step;
    } catch (error) {
      this.caller?.throwIfAborted();
      throw this.failure(this.#isSilent, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Does nothing after a complete body; closes the connection after anything else. */
  end(): void {
    this.caller?.removeEventListener('abort', this.#abort);
    this.#abort();
  }
}

/** All bytes of a URL at once. Errors: see `downloadChunks`. */
export async function download(
  url: string,
  options: DownloadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of downloadChunks(url, options)) chunks.push(chunk);
  return concatenate(chunks);
}

/**
 * Downloads a URL with plain `fetch`, piece by piece as they arrive. Throws DatasetError, naming the URL and the
 * reason, when the server cannot be reached, answers with an error status, falls silent, breaks off or sends too much.
 */
export async function* downloadChunks(
  url: string,
  options: ResumableOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { signal, stallTimeout = Infinity, maxBytes = Infinity, onProgress, after } = options;
  signal?.throwIfAborted();
  const failed = (reason: string, cause?: unknown): DatasetError =>
    new DatasetError(`download of ${url} failed: ${reason}`, { cause });

  const watch = new RequestWatch(signal, stallTimeout, (isSilent, cause) => {
    const reason = isSilent
      ? `the server sent nothing for ${stallTimeout} ms (timeout)`
      : networkReason(cause);
    return new BrokenOff(`download of ${url} failed: ${reason}`, isSilent, { cause });
  });

  /** The answer, and at which byte it begins: what does not fit the partial file that is there is asked for again. */
  async function begin(
    partial: PartialFile | undefined,
  ): Promise<{ response: Response; start: number }> {
    const init = { signal: watch.signal };
    if (partial === undefined) return { response: await watch.next(fetch(url, init)), start: 0 };
    // No If-Range: it would need the permission of servers on other sites.
    const range = { Range: `bytes=${partial.length}-` };
    const response = await watch.next(fetch(url, { ...init, headers: range }));
    if (response.status === 206 && continues(response, partial)) {
      return { response, start: partial.length };
    }
    if (response.status === 200) return { response, start: 0 };
    await response.body?.cancel();
    return begin(undefined);
  }

  try {
    const { response, start } = await begin(after);
    if (!response.ok) {
      throw failed(`HTTP ${response.status} ${response.statusText}`.trimEnd());
    }
    options.onResponse?.(start, isEncoded(response) ? undefined : validatorOf(response));
    const length = declaredLength(response);
    const totalBytes = length === undefined ? undefined : start + length;
    const tooLarge = (length: number): DatasetError =>
      failed(`the server sends ${length} bytes or more, expected at most ${maxBytes}`);
    if (totalBytes !== undefined && totalBytes > maxBytes) throw tooLarge(totalBytes);
    const reader = response.body?.getReader();
    let loadedBytes = start;
    while (reader !== undefined) {
      const { done, value } = await watch.next(reader.read());
      if (done) break;
      loadedBytes += value.length;
      if (loadedBytes > maxBytes) throw tooLarge(loadedBytes);
      // A browser hides the encoding of another site's answer; then the length is that of other bytes.
      const total = totalBytes !== undefined && totalBytes < loadedBytes ? undefined : totalBytes;
      onProgress?.({ url, loadedBytes, totalBytes: total });
      yield value;
    }
  } finally {
    watch.end();
  }
}

/** Whether an answer is the rest of the file that a partial file is of, as far as the server tells. */
function continues(response: Response, { length, validator }: PartialFile): boolean {
  const range = response.headers.get('content-range');
  if (range !== null && !range.startsWith(`bytes ${length}-`)) return false;
  const now = validatorOf(response);
  return (validator === null || now === null || validator === now) && !isEncoded(response);
}

/** What names the contents: another name means other contents. */
function validatorOf({ headers }: Response): string | null {
  return headers.get('etag') ?? headers.get('last-modified');
}

function isEncoded({ headers }: Response): boolean {
  return headers.has('content-encoding');
}

/** Content-Length, unless the body is also encoded: then it counts other bytes than ours. */
function declaredLength(response: Response): number | undefined {
  const length = response.headers.get('content-length');
  if (length === null || isEncoded(response)) return undefined;
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

/** `fetch` hides the reason in `cause`: "fetch failed (connect ECONNREFUSED …)". */
export function networkReason(error: unknown): string {
  if (!isError(error)) return String(error);
  const { cause } = error;
  if (!isError(cause)) return error.message;
  // A name with several addresses fails with one error for each, and an empty message of its own.
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return `${error.message} (${cause.message === '' ? code : cause.message})`;
}
