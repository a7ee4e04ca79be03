import { DatasetError } from '../errors.js';
import { concatenate } from './inflate.js';

/** How far a download has come. */
export interface DownloadProgress {
  readonly url: string;
  /** Bytes received so far. */
  readonly loadedBytes: number;
  /** Bytes to come in all, where the server says so. */
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

// Beyond this, timers fire at once instead of late.
const maxTimer = 2 ** 31 - 1;

/** All bytes of a URL at once. Errors: see `downloadChunks`. */
export async function download(
  url: string,
  options: DownloadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of downloadChunks(url, options)) {
    chunks.push(chunk);
    length += chunk.length;
  }
  return concatenate(chunks, length);
}

/**
 * Downloads a URL with plain `fetch`, piece by piece as they arrive. Throws DatasetError, naming the URL and the
 * reason, when the server cannot be reached, answers with an error status, falls silent, breaks off or sends too much.
 */
export async function* downloadChunks(
  url: string,
  { signal, stallTimeout = Infinity, maxBytes = Infinity, onProgress }: DownloadOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  signal?.throwIfAborted();
  const failed = (reason: string, cause?: unknown): DatasetError =>
    new DatasetError(`download of ${url} failed: ${reason}`, { cause });

  // One controller ends the request for every cause, so that no connection outlives this call.
  const request = new AbortController();
  const abort = (): void => request.abort();
  signal?.addEventListener('abort', abort, { once: true });
  let stalled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Waits for the network's next step, and tells apart why it may fail. */
  async function next<T>(step: Promise<T>): Promise<T> {
    if (stallTimeout <= maxTimer) {
      timer = setTimeout(() => {
        stalled = true;
        abort();
      }, stallTimeout);
    }
    try {
      return await step;
    } catch (error) {
      signal?.throwIfAborted();
      if (stalled) throw failed(`the server sent nothing for ${stallTimeout} ms (timeout)`, error);
      throw failed(describe(error), error);
    } finally {
      clearTimeout(timer);
    }
  }

  try {
    const response = await next(fetch(url, { signal: request.signal }));
    if (!response.ok) {
      throw failed(`HTTP ${response.status} ${response.statusText}`.trimEnd());
    }
    const totalBytes = declaredLength(response);
    const tooLarge = (length: number): DatasetError =>
      failed(`the server sends ${length} bytes or more, expected at most ${maxBytes}`);
    if (totalBytes !== undefined && totalBytes > maxBytes) throw tooLarge(totalBytes);
    const reader = response.body?.getReader();
    let loadedBytes = 0;
    while (reader !== undefined) {
      const { done, value } = await next(reader.read());
      if (done) break;
      loadedBytes += value.length;
      if (loadedBytes > maxBytes) throw tooLarge(loadedBytes);
      // A browser hides the encoding of another site's answer; then the length is that of other bytes.
      const total = totalBytes !== undefined && totalBytes < loadedBytes ? undefined : totalBytes;
      onProgress?.({ url, loadedBytes, totalBytes: total });
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    // Does nothing after a complete body; closes the connection after anything else.
    abort();
  }
}

/** Content-Length, unless the body is also encoded: then it counts other bytes than ours. */
function declaredLength(response: Response): number | undefined {
  const length = response.headers.get('content-length');
  if (length === null || response.headers.has('content-encoding')) return undefined;
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

/** `fetch` hides the reason in `cause`: "fetch failed (connect ECONNREFUSED …)". */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // A name with several addresses fails with one error for each, and an empty message of its own.
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return `${error.message} (${cause.message === '' ? code : cause.message})`;
}
