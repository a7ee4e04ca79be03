import { printable } from '../../config/describe-value.js';
import { isError, messageOf } from '../../config/index.js';
import { DisposedError, FormatError, ValueError } from '../../errors.js';
import { deliver } from './delivery.js';
import { FlowerError, isRefusal, refusing } from './errors.js';
import { CODES } from './fleet.js';
import type { Fleet } from './fleet.js';
import type { Identity } from './identity.js';
import { Membership } from './membership.js';
import { FlowerMessage } from './message.js';
import { Message } from './messages.js';
import type { MetadataValues } from './messages.js';
import { ObjectReader } from './object-reader.js';
import { ObjectWriter } from './object-writer.js';
import type { OutgoingObject } from './object-writer.js';
import { Expired, MessageTime, requireMetadata } from './message-time.js';
import { backoff, sleep } from './pauses.js';
import { Polling } from './polling.js';
import type { FlowerProgress, Handler, NodeSettings } from './progress.js';
import { disposeArrays } from './records.js';
import { pollAdvice } from './settings.js';

/** Flower's number of the error of a handler that threw. */
const HANDLER_FAILED = 2n;
/** Characters of an error that a server is told. */
const MAX_REASON = 2000;
/** Seconds between two questions for an object that the server waits for itself. */
const LONGEST_PAUSE = 10;
/** How many messages are remembered, so that none is worked on twice. */
const REMEMBERED = 1024;

/** What became of a message: records, or what a handler threw. */
type Result = { readonly records: OutgoingObject } | { readonly error: unknown };

/**
 * This program as a node of a SuperLink, created by `join`. It requests messages, passes them to handlers one after the
 * other, and sends their answers, until it leaves.
 *
 * @example
 * const node = await flower.join('http://localhost:8000', { model, data: [x, y] });
 * await node.leave();
 * await node.done;
 */
export class FlowerNode {
  readonly #member: Membership;
  readonly #polling: Polling;
  readonly #known = new Set<string>();
  #done: Promise<void> = Promise.resolve();
  #listenerFailed: { readonly error: unknown } | undefined;

  /** @internal */
  constructor(
    private readonly fleet: Fleet,
    identity: Identity,
    private readonly options: NodeSettings,
    private readonly control: AbortController,
  ) {
    const { heartbeatInterval, isKeyKept, pollInterval, maxPollInterval } = options;
    this.#polling = new Polling(pollInterval, maxPollInterval);
    this.#member = new Membership(fleet, identity, {
      heartbeatInterval,
      isKeyKept,
      signal: control.signal,
      tell: (progress) => this.tell(progress),
    });
  }

  /** The node's number at the SuperLink. */
  get id(): bigint {
    return this.#member.id;
  }

  /**
   * A promise that is fulfilled when the node has left, by `leave()` or the signal of `join`, and rejected when it
   * cannot continue.
   *
   * @throws FlowerError if the SuperLink refuses the node, or could not be reached for `maxWaitTime`.
   */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Stops the node and tells the SuperLink that it is gone. A message in progress gets no answer. */
  async leave(): Promise<void> {
    this.#end();
    await this.#done.catch(() => undefined);
  }

  /** Calls `leave()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  /** Ends all requests but those of the farewell, and the heartbeats. */
  #end(): void {
    this.control.abort(new DisposedError('flower: the node has left.'));
  }

  /** Makes the node known to the SuperLink, and begins its work. @internal */
  async start(maxWaitTime: number, activationTime: number | undefined): Promise<void> {
    await this.#member.join(maxWaitTime, activationTime);
    this.#done = this.#work();
    // `done` tells it to a caller that asks. What the signal ends is no failure.
    this.#done.catch(() => undefined);
  }

  async #work(): Promise<void> {
    const { signal } = this.control;
    try {
      for (;;) {
        const { messages } = await this.#member.asNode((node) =>
          this.fleet.call('pullMessages', { node }),
        );
        for (const { metadata } of messages) await this.#handle(metadata);
        if (messages.length === 0) await sleep(this.#polling.seconds, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      // A heartbeat that is on its way must not let the node join again.
      this.#end();
      await this.#member.leave();
      this.tell({ type: 'left' });
      if (this.#listenerFailed !== undefined) throw this.#listenerFailed.error;
    }
  }

  /** Calls the listener. What it throws ends the node. @internal */
  tell(progress: FlowerProgress): void {
    try {
      this.options.onProgress(progress);
    } catch (error) {
      this.#listenerFailed ??= { error };
      this.control.abort(error);
    }
  }

  /** Works on one message and answers it. What is wrong with the message alone does not end the node. */
  async #handle(given: MetadataValues | undefined): Promise<void> {
    try {
      const metadata = requireMetadata(given);
      this.#polling.note(metadata.runId);
      this.#requireNew(metadata);
      await this.#answer(metadata);
      this.#polling.note(metadata.runId);
    } catch (error) {
      this.control.signal.throwIfAborted();
      const isDropped =
        error instanceof Expired ||
        error instanceof FormatError ||
        (error instanceof FlowerError && error.isOfMessage);
      if (!isDropped) throw error;
      const { messageType = '', runId = 0n } = given ?? {};
      const reason = isRunOver(error) ? `run ${runId} is over` : error.message;
      this.tell({ type: 'dropped', messageType: printable(messageType), reason });
    }
  }

  /** @throws FormatError for a message that was here before: it has its answer. */
  #requireNew({ messageId }: MetadataValues): void {
    if (this.#known.has(messageId)) {
      throw new FormatError('flower: the message came before, and is not worked on twice');
    }
    this.#known.add(messageId);
    for (const oldest of this.#known) {
      if (this.#known.size <= REMEMBERED) break;
      this.#known.delete(oldest);
    }
  }

  /** @throws what ends the message: there is no answer then. */
  async #answer(metadata: MetadataValues): Promise<void> {
    const { messageType } = metadata;
    const started = performance.now();
    const writer = new ObjectWriter();
    const time = new MessageTime(metadata, this.control.signal);
    try {
      let message: FlowerMessage | undefined;
      let result: Result;
      try {
        const handler = this.#handlerOf(messageType);
        message = await this.#receive(metadata, time.signal);
        result = { records: await handler(message, writer) };
      } catch (error) {
        time.signal.throwIfAborted();
        // What a handler throws is an answer, whatever it is.
        const isOfNode = error instanceof FlowerError && !error.isOfMessage;
        if (message === undefined && (isOfNode || isRunOver(error))) throw error;
        result = { error };
        // What could not be read, or what no handler is for, is refused as well.
        const refused = message === undefined || isRefusal(error);
        this.tell({ type: 'failed', messageType, error, message, isRefusal: refused });
      }
      time.signal.throwIfAborted();
      const seconds = (performance.now() - started) / 1000;
      const bytes = await this.#push(metadata, writer, result, seconds, time.signal);
      if (message !== undefined && 'records' in result) {
        const total = (performance.now() - started) / 1000;
        this.tell({ type: 'answered', message, bytes, seconds: total });
      }
    } finally {
      time.end();
    }
  }

  /** A message with its records, of which the listener knows. If anything fails, no tensor of it is left. */
  async #receive(metadata: MetadataValues, signal: AbortSignal): Promise<FlowerMessage> {
    const { runId, messageId } = metadata;
    const started = performance.now();
    let bytes = 0;
    const reader = new ObjectReader(async (id, maxBytes) => {
      const content = await this.#pull(runId, id, maxBytes, signal);
      bytes += content.length;
      return content;
    }, this.options.maxBytes);
    const records = await reader.records(messageId);
    try {
      await this.#member.asNode((node) =>
        this.fleet.call('confirmMessageReceived', { node, runId, messageObjectId: messageId }),
      );
      const message = new FlowerMessage(metadata, records, signal, this.options.nodeConfig);
      const advice = refusing(() => pollAdvice(message));
      this.#polling.note(runId, advice);
      const seconds = (performance.now() - started) / 1000;
      this.tell({ type: 'received', message, bytes, seconds });
      signal.throwIfAborted();
      return message;
    } catch (error) {
      disposeArrays(records);
      throw error;
    }
  }

  /** The bytes of an object, which the server may still wait for itself. */
  async #pull(
    runId: bigint,
    id: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const content = await this.#member.asNode((node) =>
        this.fleet.pullObject(node, runId, id, maxBytes),
      );
      if (content !== undefined) return content;
      await sleep(backoff(attempt, LONGEST_PAUSE), signal);
    }
  }

  #handlerOf(messageType: string): Handler {
    const { handlers } = this.options;
    // 'train.warm_up' is a kind of 'train'.
    const handler = handlers.get(messageType) ?? handlers.get(messageType.replace(/\..*$/, ''));
    if (handler !== undefined) return handler;
    throw new ValueError(
      `flower: this node has no handler for messages of type '${printable(messageType)}'; it has ` +
        `${[...handlers.keys()].join(', ')}.`,
    );
  }

  /**
   * Sends the answer: records, or the error that stands for them.
   *
   * @returns how many bytes the server had not got yet
   */
  async #push(
    metadata: MetadataValues,
    writer: ObjectWriter,
    result: Result,
    seconds: number,
    signal: AbortSignal,
  ): Promise<number> {
    const { runId, srcTaskId, dstTaskId, messageId, groupId, messageType } = metadata;
    const now = Date.now() / 1000;
    const reply: MetadataValues = {
      runId,
      messageId: '',
      srcNodeId: metadata.dstNodeId,
      dstNodeId: metadata.srcNodeId,
      replyToMessageId: messageId,
      groupId,
      ttl: metadata.createdAt + metadata.ttl - now,
      messageType,
      createdAt: now,
      srcTaskId: dstTaskId,
      dstTaskId: srcTaskId,
    };
    const records = 'records' in result ? result.records : undefined;
    const error =
      'error' in result ? { code: HANDLER_FAILED, reason: reasonOf(result.error) } : undefined;
    const object = await writer.message(Message.encode({ metadata: reply, error }), records);
    const content = records === undefined ? undefined : {};
    return deliver(this.fleet, this.#member, {
      runId,
      message: { metadata: { ...reply, messageId: object.id }, content, error },
      object,
      writer,
      seconds,
      signal,
    });
  }
}

function isRunOver(error: unknown): boolean {
  return error instanceof FlowerError && error.code === CODES.runIsOver;
}

/** What a server is told of an error: no stack, which would name files of this machine. */
function reasonOf(error: unknown): string {
  const kind = isError(error) ? `${error.name}: ` : '';
  return printable(`${kind}${messageOf(error)}`, MAX_REASON);
}
