import { describeValue, printable } from '../../config/describe-value.js';
import { isJsonObject } from '../../files/formats/json.js';
import { concatenate } from '../../files/formats/bytes.js';
import { networkReason, RequestWatch } from '../../files/locations/download.js';
import { FlowerError } from './errors.js';
import type { Identity } from './identity.js';
import { calls } from './messages.js';
import type { Content } from './object-writer.js';
import { Pace } from './pace.js';
import { backoff, sleep } from './pauses.js';
import { bytesFieldHead } from '../../files/formats/protobuf.js';
import type { Fields, Schema, Values } from '../../files/formats/protobuf.js';

/** The version of Flower whose protocol this is. */
export const FLOWER_VERSION = '1.42';

const MEDIA_TYPE = 'application/protobuf';
/** Bytes of an answer that is not an object. One to `pullMessages` has 70 bytes for each object of a message. */
const MAX_ANSWER = 2 ** 23;
/** Bytes of an error's text. */
const MAX_ERROR = 2 ** 16;
/** Bytes that the fields of an answer take in addition to the object in it. */
const FRAME = 64;
/** Bytes of an object: Flower's pieces of arrays have 5 MiB. */
const MAX_OBJECT = 2 ** 26;
const LONGEST_WAIT = 20;
/** Flower's numbers of errors. */
export const CODES = {
  keyInUse: 23,
  registrationDisabled: 2001,
  activationFailed: 2004,
  runIsOver: 2007,
};

type Calls = typeof calls;
type CallName = keyof Calls;
type RequestOf<N extends CallName> =
  Calls[N]['request'] extends Schema<infer F> ? Partial<Values<F>> : never;
type ResponseOf<N extends CallName> =
  Calls[N]['response'] extends Schema<infer F> ? Values<F> : never;

/** How a node talks to the SuperLink. Times are in seconds. */
export interface FleetOptions {
  /** Ends all requests: its reason is thrown. */
  readonly signal: AbortSignal;
  /** For how long a server may send nothing, and how long a request may take for each MiB that goes either way. */
  readonly requestTimeout: number;
  /** For how long a server that cannot be reached is asked again. */
  readonly maxWaitTime: number;
  /** Whether a server that names another version is taken. */
  readonly allowOtherVersions: boolean;
  /** Called before a request is sent again. */
  readonly onRetry: (error: FlowerError, attempt: number, seconds: number) => void;
}

/** How one request is sent. */
interface CallOptions {
  /** The most bytes of the answer. */
  readonly maxBytes?: number;
  /** For how long, in seconds, a server that cannot be reached is asked again. Default: that of the options. */
  readonly maxWaitTime?: number;
  /** For how long, in seconds, the server may send nothing. Default: that of the options. */
  readonly requestTimeout?: number;
  /** What is sent behind the message. Its room takes the message. */
  readonly tail?: Content;
  /** Called before the request is sent again: the server may have done what it asks for. */
  readonly onRetry?: () => void;
}

/** The Fleet API of a SuperLink: protobuf over HTTP. */
export class Fleet {
  readonly #base: string;

  constructor(
    private readonly url: URL,
    private readonly identity: Identity,
    private readonly options: FleetOptions,
  ) {
    this.#base = `${url.href.replace(/[?#].*$/, '').replace(/\/+$/, '')}/v1/fleet/`;
  }

  /** The same API for requests that another signal ends. */
  withSignal(signal: AbortSignal): Fleet {
    return new Fleet(this.url, this.identity, { ...this.options, signal });
  }

  /** The name of the server in messages. */
  get address(): string {
    return this.#base.slice(0, -'/v1/fleet/'.length);
  }

  /**
   * Sends a request, again and again while the server cannot be reached.
   *
   * @throws FlowerError if it refuses, or cannot be reached for so long; FormatError for an answer that is none.
   */
  async call<N extends CallName>(
    name: N,
    values: RequestOf<N>,
    options: CallOptions = {},
  ): Promise<ResponseOf<N>> {
    const {
      maxBytes = MAX_ANSWER,
      maxWaitTime = this.options.maxWaitTime,
      requestTimeout = this.options.requestTimeout,
      tail,
      onRetry,
    } = options;
    const { route, request, response } = calls[name];
    const message = (request as Schema<Fields>).encode(values);
    const body = tail === undefined ? message : before(tail, message);
    const send = () => this.#send(route, body, maxBytes, requestTimeout);
    const bytes = await this.#persistently(maxWaitTime, send, onRetry);
    return (response as Schema<Fields>).decode(
      bytes,
      `flower: the answer to ${route}`,
    ) as ResponseOf<N>;
  }

  /** The bytes of an object; undefined while the server has not got them itself. @throws FlowerError if there is none. */
  async pullObject(
    node: { readonly nodeId: bigint },
    runId: bigint,
    objectId: string,
    maxBytes: number,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const limit = { maxBytes: Math.min(maxBytes, MAX_OBJECT) + FRAME };
    const answer = await this.call('pullObject', { node, runId, objectId }, limit);
    if (!answer.isFound) {
      throw new FlowerError(
        `flower: the SuperLink at ${this.address} does not have the object ${objectId} of a message.`,
        { isOfMessage: true },
      );
    }
    return answer.isAvailable ? (answer.content as Uint8Array<ArrayBuffer>) : undefined;
  }

  /** Sends an object. @returns whether the server keeps it: it does not if it has the object, or waits for it no longer */
  async pushObject(
    node: { readonly nodeId: bigint },
    runId: bigint,
    objectId: string,
    sessionId: string,
    content: Content,
  ): Promise<boolean> {
    const values = { node, runId, objectId, sessionId };
    const tail = withFieldHead(content);
    const { isStored } = await this.call('pushObject', values, { tail });
    return isStored;
  }

  /**
   * Sends a request that outlives the page, without waiting for an answer. A page that ends cannot sign, so the request carries
   * the signature of an earlier one, which the server takes for 305 s.
   */
  sendLast<N extends CallName>(name: N, values: RequestOf<N>): void {
    const headers = this.identity.lastHeaders;
    if (headers === undefined) return;
    const { route, request } = calls[name];
    const body = (request as Schema<Fields>).encode(values);
    void fetch(this.#base + route, { ...requestOf(headers, body), keepalive: true }).catch(
      () => undefined,
    );
  }

  async #persistently<T>(
    maxWaitTime: number,
    send: () => Promise<T>,
    onRetry: () => void = () => undefined,
  ): Promise<T> {
    const start = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof FlowerError) || !error.isPassing) throw error;
        const seconds = backoff(attempt, LONGEST_WAIT);
        const isOver = (performance.now() - start) / 1000 + seconds > maxWaitTime;
        if (isOver) throw error;
        this.options.onRetry(error, attempt, seconds);
        onRetry();
        await sleep(seconds, this.options.signal);
      }
    }
  }

  async #send(
    route: string,
    body: Uint8Array<ArrayBuffer>,
    maxBytes: number,
    requestTimeout: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { signal } = this.options;
    signal.throwIfAborted();
    const headers = await this.identity.headers();
    const pace = new Pace(requestTimeout, body.length);
    const watch = new RequestWatch(signal, Infinity, (isSilent, cause) =>
      this.#unreachable(isSilent ? pace.describe() : networkReason(cause), cause),
    );
    try {
      const sent = fetch(this.#base + route, {
        ...requestOf(headers, body),
        signal: watch.signal,
      });
      const response = await watch.next(sent, pace.milliseconds);
      const pieces: Uint8Array[] = [];
      let length = 0;
      const limit = response.ok ? maxBytes : MAX_ERROR;
      const reader = response.body?.getReader();
      while (reader !== undefined) {
        const { done, value } = await watch.next(reader.read(), pace.milliseconds);
        if (done) break;
        length += value.length;
        pace.received = length;
        if (length > limit && response.ok) {
          throw new FlowerError(
            `flower: the answer of ${this.address} to ${route} has more than the ${limit} bytes that are allowed for it.` +
              ` For larger messages, set { maxBytes }.`,
            { isOfMessage: true },
          );
        }
        pieces.push(value);
        if (length > limit) break;
      }
      const bytes = concatenate(pieces);
      this.#requireTaken(response, route, bytes);
      return bytes;
    } finally {
      watch.end();
    }
  }

  /** @throws FlowerError for an answer that is a refusal. */
  #requireTaken(response: Response, route: string, bytes: Uint8Array): void {
    const { status, headers } = response;
    const other = headers.get('flwr-version-incompatibility-message');
    if (other !== null && !this.options.allowOtherVersions) {
      throw new FlowerError(
        `flower: the SuperLink at ${this.address} is of another version than ${FLOWER_VERSION}, whose protocol lanegrad ` +
          `speaks: ${printable(other, 500)} To try nevertheless, set { allowOtherVersions: true }.`,
        { status },
      );
    }
    const isMessage = headers.get('content-type')?.startsWith(MEDIA_TYPE) === true;
    if (response.ok && isMessage) return;
    const { code, detail } = refusalOf(bytes);
    const said = detail === undefined ? '' : `: ${printable(detail, 500)}`;
    const message = (problem: string): string =>
      `flower: the SuperLink at ${this.address} ${problem}`;
    switch (status) {
      case 401:
        throw new FlowerError(
          message(
            `does not take the signature of this node (HTTP 401${said}).${clocksOf(headers.get('date'))}`,
          ),
          { status, code },
        );
      case 429:
      case 502:
      case 503:
      case 504:
        throw new FlowerError(message(`is not ready (HTTP ${status}${said}).`), {
          status,
          code,
          isPassing: true,
        });
      default:
    }
    if (status === 404 || response.ok) {
      const got = response.ok
        ? `an answer of type ${describeValue(headers.get('content-type'))}`
        : 'HTTP 404';
      throw new FlowerError(
        `flower: there is no SuperLink of Flower ${FLOWER_VERSION} at ${this.address}: ${route} gave ${got}. Flower before ` +
          `1.42 speaks gRPC, on port 9092. The port of 1.42 is 8000 unless it was set; a proxy must pass /v1/fleet/ on.`,
        { status, code },
      );
    }
    throw new FlowerError(message(`refuses ${route} (HTTP ${status}${said}).`), {
      status,
      code,
      isOfMessage: true,
    });
  }

  #unreachable(text: string, cause: unknown): FlowerError {
    const reason = printable(text, 500);
    if (/certificate|self.signed|SSL|TLS/i.test(reason)) {
      return new FlowerError(
        `flower: no trusted connection to ${this.address}: ${reason}. If the SuperLink speaks plain HTTP, the address begins ` +
          `with http:. In Node, NODE_EXTRA_CA_CERTS=ca.crt names a certificate to trust.`,
        { cause },
      );
    }
    return new FlowerError(
      `flower: cannot reach the SuperLink at ${this.address}: ${reason}. A page reaches only servers of its own origin, or ` +
        `such that send CORS headers, which a SuperLink does not: let a proxy of the page's origin pass requests on.`,
      { cause, isPassing: true },
    );
  }
}

/** Options of `fetch`. */
function requestOf(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer>,
): RequestInit {
  return {
    method: 'POST',
    // Weights go to the server that was named, and to no other.
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
    headers: {
      ...headers,
      'content-type': MEDIA_TYPE,
      accept: MEDIA_TYPE,
      'flwr-package-name': 'flwr',
      'flwr-package-version': `${FLOWER_VERSION}.0`,
      'flwr-component-name': 'SuperNode',
    },
    body,
  };
}

/** An object behind what says which field of a message it is. */
function withFieldHead({ room, start }: Content): Content {
  const head = bytesFieldHead(calls.pushObject.contentField, room.length - start);
  room.set(head, start - head.length);
  return { room, start: start - head.length };
}

/** Bytes with others before them: in the room that is there, without a copy of what may be large. */
function before({ room, start }: Content, head: Uint8Array): Uint8Array<ArrayBuffer> {
  if (head.length > start) return concatenate([head, room.subarray(start)]);
  room.set(head, start - head.length);
  return room.subarray(start - head.length);
}

/** What an error of Flower says. */
function refusalOf(bytes: Uint8Array): { code?: number; detail?: string } {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isJsonObject(value)) return {};
    const { code, detail, extra } = value;
    const text = [detail, extra].filter((part) => typeof part === 'string').join(' ');
    return {
      ...(typeof code === 'number' ? { code } : {}),
      ...(text === '' ? {} : { detail: text }),
    };
  } catch {
    return {};
  }
}

/** Signatures are good for five minutes. */
function clocksOf(date: string | null): string {
  const ahead = date === null ? NaN : (Date.now() - Date.parse(date)) / 1000;
  if (!(Math.abs(ahead) > 4)) return '';
  const direction = ahead > 0 ? 'ahead of' : 'behind';
  return ` The clock here is ${Math.abs(Math.round(ahead))} s ${direction} the server's: set it right.`;
}
