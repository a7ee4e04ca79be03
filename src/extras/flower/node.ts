import { describeValue, printable } from '../../config/describe-value.js';
import { isError, messageOf } from '../../config/index.js';
import { DisposedError, FormatError, ValueError } from '../../errors.js';
import { FlowerError } from './errors.js';
import { CODES, jitter, sleep } from './fleet.js';
import type { Fleet } from './fleet.js';
import type { Identity } from './identity.js';
import { FlowerMessage } from './message.js';
import { Message } from './messages.js';
import type { MetadataValues } from './messages.js';
import { ObjectReader } from './object-reader.js';
import { ObjectWriter } from './object-writer.js';
import type { OutgoingObject } from './object-writer.js';
import { AT_ONCE, inParallel } from './objects.js';
import { Expired, MessageTime, requireMetadata } from './message-time.js';
import type { FlowerProgress, Handler, NodeSettings } from './progress.js';
import { disposeArrays } from './records.js';

/** Flower's number of the error of a handler that threw. */
const HANDLER_FAILED = 2n;
/** Characters of an error that a server is told. */
const MAX_REASON = 2000;
/** How long a node waits for the SuperLink when it leaves, in seconds. */
const LAST_SECONDS = 5;

/** What became of a message: records, or what a handler threw. */
type Result = { readonly records: OutgoingObject } | { readonly error: unknown };

/**
 * This program as a node of a SuperLink; `join` makes it. It asks for messages, lets handlers work on them one after the
 * other, and answers, until it leaves.
 *
 * @example
 * const node = await flower.join('http://localhost:8000', { model, data: [x, y] });
 * await node.leave();
 * await node.done;
 */
export class FlowerNode {
  #id = 0n;
  #isRegistered = false;
  #heartbeat: ReturnType<typeof setTimeout> | undefined;
  #again: Promise<void> | undefined;
  #done: Promise<void> = Promise.resolve();
  #listenerFailed: { readonly error: unknown } | undefined;

  /** @internal */
  constructor(
    private readonly fleet: Fleet,
    private readonly identity: Identity,
    private readonly options: NodeSettings,
    private readonly control: AbortController,
  ) {}

  /** The number by which the SuperLink knows the node. */
  get id(): bigint {
    return this.#id;
  }

  /**
   * Fulfilled when the node has left, by `leave()` or the signal of `join`; rejected when it cannot go on.
   *
   * @throws FlowerError if the SuperLink refuses the node, or could not be reached for `maxWaitTime`.
   */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Ends what the node does, and tells the SuperLink that it is gone. What it works on has no answer. */
  async leave(): Promise<void> {
    this.control.abort(new DisposedError('flower: the node has left.'));
    await this.#done.catch(() => undefined);
  }

  /** Calls `leave()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  /** Makes the node known to the SuperLink, and begins its work. @internal */
  async start(maxWaitTime: number): Promise<void> {
    await this.#activate(false, maxWaitTime);
    this.#beat();
    this.#done = this.#work();
    // `done` tells it to a caller that asks. What the signal ends is no failure.
    this.#done.catch(() => undefined);
  }

  /** Registers and activates: a node that the SuperLink knows already, by its key, keeps its number. */
  async #activate(isAgain: boolean, maxWaitTime?: number): Promise<void> {
    const { publicKey } = this.identity;
    const { heartbeatInterval } = this.options;
    const limit = maxWaitTime === undefined ? {} : { maxWaitTime };
    let isAdmitted = true;
    try {
      await this.fleet.call('registerNode', { publicKey }, limit);
      this.#isRegistered = true;
    } catch (error) {
      const code = error instanceof FlowerError ? error.code : undefined;
      isAdmitted = code === CODES.keyInUse;
      if (!isAdmitted && code !== CODES.registrationDisabled) throw error;
    }
    try {
      const { nodeId } = await this.fleet.call(
        'activateNode',
        { publicKey, heartbeatInterval },
        limit,
      );
      this.#id = nodeId;
    } catch (error) {
      if (isAdmitted || !(error instanceof FlowerError) || error.code !== CODES.activationFailed)
        throw error;
      throw new FlowerError(
        `flower: the SuperLink at ${this.fleet.address} admits only known nodes, and does not know the key of this one. ` +
          `Give its operator the public key (flower.exportPublicKey) for flwr supernode register, and join with that key: { key }.`,
        { status: error.status, code: error.code },
      );
    }
    this.tell({ type: 'joined', nodeId: this.#id, isAgain });
  }

  /** Joins again, once for all requests that find at the same time that they must. */
  async #activateAgain(): Promise<void> {
    this.#again ??= this.#activate(true).finally(() => (this.#again = undefined));
    await this.#again;
  }

  /** A request of this node. If the SuperLink has forgotten it, as after a restart, it joins again. */
  async #asNode<T>(request: (node: { readonly nodeId: bigint }) => Promise<T>): Promise<T> {
    const before = this.#id;
    try {
      return await request({ nodeId: before });
    } catch (error) {
      if (!(error instanceof FlowerError) || error.status !== 401) throw error;
      if (this.#id === before) await this.#activateAgain();
      return request({ nodeId: this.#id });
    }
  }

  /** Tells the SuperLink again and again that the node is there. */
  #beat(): void {
    const { heartbeatInterval } = this.options;
    const { signal } = this.control;
    const seconds = heartbeatInterval * (0.7 + 0.2 * jitter());
    this.#heartbeat = setTimeout(() => {
      const send = async (node: { readonly nodeId: bigint }): Promise<void> => {
        const { success } = await this.fleet.call(
          'heartbeat',
          { node, heartbeatInterval },
          { maxWaitTime: 0 },
        );
        if (!success) await this.#activateAgain();
      };
      void this.#asNode(send)
        // The next one comes soon, and the requests of the work tell of trouble.
        .catch(() => undefined)
        .finally(() => {
          if (!signal.aborted) this.#beat();
        });
    }, seconds * 1000);
  }

  async #work(): Promise<void> {
    const { signal } = this.control;
    try {
      for (;;) {
        const { messages } = await this.#asNode((node) =>
          this.fleet.call('pullMessages', { node }),
        );
        for (const { metadata } of messages) await this.#handle(metadata);
        if (messages.length === 0) await sleep(this.options.pollInterval, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearTimeout(this.#heartbeat);
      await this.#sayGoodbye();
      this.tell({ type: 'left' });
      if (this.#listenerFailed !== undefined) throw this.#listenerFailed.error;
    }
  }

  /** Once and without waiting long: a server that is gone need not be told. */
  async #sayGoodbye(): Promise<void> {
    const nodeId = this.#id;
    const last = this.fleet.withSignal(AbortSignal.timeout(LAST_SECONDS * 1000));
    const once = { maxWaitTime: 0 };
    try {
      await last.call('deactivateNode', { nodeId }, once);
      if (this.#isRegistered) await last.call('unregisterNode', { nodeId }, once);
    } catch {
      // The heartbeats end, which tells the same.
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
      await this.#answer(requireMetadata(given));
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
        this.tell({ type: 'failed', messageType, error });
      }
      time.signal.throwIfAborted();
      const seconds = (performance.now() - started) / 1000;
      const bytes = await this.#push(metadata, writer, result, seconds);
      if (message !== undefined && 'records' in result) {
        const total = (performance.now() - started) / 1000;
        this.tell({ type: 'answered', message, bytes, seconds: total });
      }
    } finally {
      time.end();
    }
  }

  /** A message with its records, of which the listener knows. */
  async #receive(metadata: MetadataValues, signal: AbortSignal): Promise<FlowerMessage> {
    const { runId, messageId } = metadata;
    const reader = new ObjectReader(
      (id, maxBytes) => this.#pull(runId, id, maxBytes, signal),
      this.options.maxBytes,
    );
    const records = await reader.records(messageId);
    try {
      await this.#asNode((node) =>
        this.fleet.call('confirmMessageReceived', { node, runId, messageObjectId: messageId }),
      );
      const message = new FlowerMessage(metadata, records, signal);
      this.tell({ type: 'received', message });
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
    for (let seconds = 1; ; seconds = Math.min(10, 2 * seconds)) {
      signal.throwIfAborted();
      const content = await this.#asNode((node) =>
        this.fleet.pullObject(node, runId, id, maxBytes),
      );
      if (content !== undefined) return content;
      await sleep(seconds, signal);
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
    const { objectsToPush = [], sessionId } = await this.#asNode((node) =>
      this.fleet.call('pushMessages', {
        node,
        messages: [{ metadata: { ...reply, messageId: object.id }, content, error }],
        trees: [object.tree],
        seconds: [seconds],
      }),
    );
    if (!objectsToPush.includes(object.id)) {
      throw new FlowerError(
        `the SuperLink at ${this.fleet.address} does not wait for the answer any more`,
        { isOfMessage: true },
      );
    }
    let bytes = 0;
    // What the server has already is not sent again.
    await inParallel(AT_ONCE, [...new Set(objectsToPush)], async (id) => {
      const content = writer.contents.get(id);
      if (content === undefined) {
        throw new FormatError(
          `flower: the SuperLink asks for the object ${describeValue(id)}, which is none of this answer.`,
        );
      }
      await this.#asNode((node) => this.fleet.pushObject(node, runId, id, sessionId, content));
      bytes += content.room.length - content.start;
      writer.contents.delete(id);
    });
    return bytes;
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
