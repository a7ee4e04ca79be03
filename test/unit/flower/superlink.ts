// A SuperLink for tests: the Fleet API of Flower 1.42 over HTTP, which checks what nodes send, and can be told to misbehave.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { FlowerRecord, RecordsLike } from '../../../src/flower.js';
import { calls, Message } from '../../../src/extras/flower/messages.js';
import type { MetadataValues, ObjectTree } from '../../../src/extras/flower/messages.js';
import { ObjectReader } from '../../../src/extras/flower/object-reader.js';
import { ObjectWriter } from '../../../src/extras/flower/object-writer.js';
import type { Fields, Schema } from '../../../src/files/formats/protobuf.js';
import { contentsOf, pullFrom } from './fixtures.js';
import { refuse, requestOf, signerOf } from './http.js';

type Bytes = Uint8Array<ArrayBuffer>;
type CallName = keyof typeof calls;

/** A request as it came. */
export interface Call {
  readonly name: CallName;
  readonly values: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
  /** How many requests of this name came before it. */
  readonly before: number;
}

/** What a server does in place of its right answer. */
export type Misbehaviour =
  /** An error as Flower tells it, or with another body. */
  | {
      readonly status: number;
      readonly code?: number;
      readonly text?: string;
      /** Of the server's clock. */
      readonly date?: string;
    }
  /** An answer of bytes of any kind. */
  | { readonly bytes: Uint8Array; readonly type?: string }
  /** The values of the right answer, changed. */
  | { readonly values: object }
  /** Headers beside the right answer. */
  | { readonly headers: Readonly<Record<string, string>> }
  /** The connection ends: before the request is worked on, or in the middle of the answer. */
  | 'reset'
  | 'cut'
  /** The answer comes a byte at a time, every 50 ms. */
  | 'drip'
  /** No answer at all, or one without end. */
  | 'silent'
  | 'endless';

/** Says what goes wrong with a request, at once or later: until then there is no answer. */
type Misbehave = (call: Call) => Misbehaviour | undefined | Promise<Misbehaviour | undefined>;

/** What a node sent as its answer to a message. */
export interface Answer {
  readonly metadata: MetadataValues;
  readonly error: { readonly code: bigint; readonly reason: string } | undefined;
  readonly records: ReadonlyMap<string, FlowerRecord>;
  readonly seconds: number;
  /** Ids of the objects that the node sent, in their order. */
  readonly pushed: readonly string[];
}

/** What a message may say of itself. */
export interface SendOptions extends Partial<MetadataValues> {
  /** Objects that stand for those that the server would have written, by id; null takes one away. */
  readonly objects?: ReadonlyMap<string, Bytes | null>;
}

interface Waiting {
  readonly metadata: MetadataValues;
  readonly resolve: (answer: Answer) => void;
  readonly pushed: string[];
  reply?: Reply;
}

interface Reply {
  readonly metadata: MetadataValues;
  readonly error: Answer['error'];
  readonly ids: ReadonlySet<string>;
  readonly seconds: number;
}

const open: SuperLink[] = [];

afterEach(async () => {
  for (const superLink of open.splice(0)) await superLink.close();
});

/** A server on a port of its own, until the end of the test. */
export async function superLink(misbehave?: Misbehave): Promise<SuperLink> {
  const made = new SuperLink(misbehave);
  await made.listen();
  open.push(made);
  return made;
}

/** What goes wrong with the first request of a name alone. */
export function once(name: Call['name'], wrong: Misbehaviour) {
  return (call: Call): Misbehaviour | undefined =>
    call.name === name && call.before === 0 ? wrong : undefined;
}

export class SuperLink {
  readonly #server: Server;
  #port = 0;
  #nextNode = 2n ** 63n;
  #messages = 0;
  /** Numbers of nodes by their public keys. */
  readonly nodes = new Map<string, bigint>();
  /** Nodes that are online. */
  readonly online = new Set<bigint>();
  /** Keys of nodes that were unregistered: none comes back. */
  readonly #gone = new Set<string>();
  /** Keys of nodes that were registered by hand; undefined: nodes register themselves. */
  known: Set<string> | undefined;
  /** Whether objects of answers are kept. */
  keepsObjects = true;
  /** Whether a ServerApp takes each answer at once, before its objects are there: then no list of what is lacking is told again. */
  takesAtOnce = false;
  /** Messages in one answer: one, of Flower 1.42. */
  messagesAtOnce = 1;
  readonly objects = new Map<string, Bytes>();
  readonly calls: Call[] = [];
  /** What went wrong in the server itself, which no test may leave. */
  readonly failures: unknown[] = [];
  readonly #queue: Waiting[] = [];
  readonly #sent = new Map<string, Waiting>();

  constructor(public misbehave: Misbehave = () => undefined) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.failures.push(error);
        response.destroy();
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens; again on the same port after `close`. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const isClosed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await isClosed;
  }

  /** Messages that no node has got yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** How often nodes called. */
  count(name: CallName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** Forgets all nodes, as a server does that was restarted. */
  forget(): void {
    this.nodes.clear();
    this.online.clear();
  }

  /** Puts a message where nodes find it, and gives the answer when all its objects are there. */
  async send(records: RecordsLike, options: SendOptions = {}): Promise<Answer> {
    const writer = new ObjectWriter();
    const content = await writer.records('test', records);
    const { objects, ...told } = options;
    const metadata = { ...this.#metadata(), ...told };
    const { id } = await writer.message(Message.encode({ metadata }), content);
    for (const [key, bytes] of contentsOf(writer)) this.objects.set(key, bytes);
    for (const [key, bytes] of objects ?? []) {
      if (bytes === null) this.objects.delete(key);
      else this.objects.set(key, bytes);
    }
    return this.#enqueue({ ...metadata, messageId: told.messageId ?? id });
  }

  /** A message whose object is given by its bytes. */
  sendObject(id: string, told: Partial<MetadataValues> = {}): Promise<Answer> {
    return this.#enqueue({ ...this.#metadata(), ...told, messageId: id });
  }

  #metadata(): MetadataValues {
    return {
      runId: 11n,
      messageId: '',
      srcNodeId: 1n,
      dstNodeId: [...this.nodes.values()][0] ?? 0n,
      replyToMessageId: '',
      groupId: '1',
      ttl: 3600,
      messageType: 'train',
      // No two messages are equal.
      createdAt: Date.now() / 1000 + this.#messages++ / 1e4,
      srcTaskId: 5n,
      dstTaskId: undefined,
    };
  }

  #enqueue(metadata: MetadataValues): Promise<Answer> {
    return new Promise((resolve) => {
      const waiting: Waiting = { metadata, resolve, pushed: [] };
      this.#queue.push(waiting);
      this.#sent.set(metadata.messageId, waiting);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const name = (Object.keys(calls) as CallName[]).find(
      (one) => request.url === `/v1/fleet/${calls[one].route}`,
    );
    if (name === undefined || request.method !== 'POST') {
      refuse(response, { status: 404, text: '{"detail":"Not Found"}' });
      return;
    }
    const values = requestOf(name).decode(body, name);
    const call: Call = { name, values, headers: request.headers, before: this.count(name) };
    this.calls.push(call);
    const wrong = await this.misbehave(call);
    if (wrong === 'reset') response.destroy();
    if (wrong === 'reset' || wrong === 'silent') return;
    if (typeof wrong === 'object' && 'status' in wrong) {
      refuse(response, wrong);
      return;
    }
    if (typeof wrong === 'object' && 'bytes' in wrong) {
      response.writeHead(200, { 'content-type': wrong.type ?? 'application/protobuf' });
      response.end(wrong.bytes);
      return;
    }
    if (wrong === 'endless') {
      response.writeHead(200, { 'content-type': 'application/protobuf' });
      const piece = new Uint8Array(2 ** 16);
      while (!response.destroyed) {
        if (!response.write(piece)) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return;
    }
    if (!this.#isSigned(call)) {
      refuse(response, { status: 401, text: '{"detail":"Invalid SuperNode authentication"}' });
      return;
    }
    const done = this.#work(call);
    if ('status' in done) {
      refuse(response, done);
      return;
    }
    const changed = typeof wrong === 'object' && 'values' in wrong ? wrong.values : {};
    const bytes = (calls[name].response as unknown as Schema<Fields>).encode({
      ...done.values,
      ...changed,
    });
    const headers = typeof wrong === 'object' && 'headers' in wrong ? wrong.headers : {};
    response.writeHead(200, {
      'content-type': 'application/protobuf',
      'content-length': bytes.length,
      ...headers,
    });
    if (wrong === 'drip') {
      for (const byte of bytes) {
        if (response.destroyed) return;
        response.write(Uint8Array.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      response.end();
    } else if (wrong === 'cut') {
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
    } else response.end(bytes);
  }

  /** As Flower checks: the signature over the time, and that the key is the node's. */
  #isSigned({ name, values, headers }: Call): boolean {
    const key = signerOf(headers);
    if (key === undefined) return false;
    if (name === 'registerNode' || name === 'activateNode') {
      return key.equals(values['publicKey'] as Uint8Array);
    }
    const node = (values['node'] ?? values) as { readonly nodeId: bigint };
    return this.nodes.get(key.toString()) === node.nodeId;
  }

  #work({ name, values }: Call): { readonly values: object } | { status: number; code: number } {
    const key = Buffer.from((values['publicKey'] ?? []) as Uint8Array).toString();
    switch (name) {
      case 'registerNode': {
        if (this.known !== undefined) return { status: 412, code: 2001 };
        if (this.nodes.has(key) || this.#gone.has(key)) return { status: 412, code: 23 };
        const nodeId = this.#nextNode++;
        this.nodes.set(key, nodeId);
        return { values: { nodeId } };
      }
      case 'activateNode': {
        if (this.known?.has(key) === true && !this.nodes.has(key)) {
          this.nodes.set(key, this.#nextNode++);
        }
        const nodeId = this.nodes.get(key);
        // One that is online is not activated again.
        if (nodeId === undefined || this.online.has(nodeId)) return { status: 412, code: 2004 };
        this.online.add(nodeId);
        return { values: { nodeId } };
      }
      case 'deactivateNode':
        this.online.delete(values['nodeId'] as bigint);
        return { values: {} };
      case 'unregisterNode':
        for (const [one, id] of this.nodes) {
          if (id !== values['nodeId']) continue;
          this.nodes.delete(one);
          this.#gone.add(one);
        }
        return { values: {} };
      case 'heartbeat':
        this.online.add((values['node'] as { readonly nodeId: bigint }).nodeId);
        return { values: { success: true } };
      case 'pullMessages': {
        const messages = this.#queue
          .splice(0, this.messagesAtOnce)
          .map(({ metadata }) => ({ metadata, content: {}, error: undefined }));
        return { values: { messages } };
      }
      case 'pullObject': {
        const content = this.objects.get(String(values['objectId']));
        const isFound = content !== undefined;
        return { values: { isFound, isAvailable: isFound, content: content ?? new Uint8Array() } };
      }
      case 'pushMessages':
        return { values: this.#taken(values) };
      case 'pushObject': {
        const id = String(values['objectId']);
        // What is there already is waited for no longer.
        if (this.objects.has(id)) return { values: { isStored: false } };
        if (!this.keepsObjects) return { values: { isStored: false } };
        this.objects.set(id, values['content'] as Bytes);
        const messageId = String(values['sessionId']).replace(/ 1$/, '');
        // Without the id of a session, it is that of any answer that lacks the object.
        const waiting =
          messageId === ''
            ? [...this.#sent.values()].find(({ reply }) => reply?.ids.has(id) === true)
            : this.#sent.get(messageId);
        waiting?.pushed.push(id);
        if (waiting !== undefined) void this.#finish(waiting);
        return { values: { isStored: true } };
      }
      default:
        return { values: {} };
    }
  }

  #taken(values: Call['values']): object {
    const [message] = values['messages'] as { metadata: MetadataValues; error: Answer['error'] }[];
    const [tree] = values['trees'] as ObjectTree[];
    const [seconds = NaN] = values['seconds'] as number[];
    const { metadata, error } = message ?? {};
    const waiting = this.#sent.get(metadata?.replyToMessageId ?? '');
    const isTaken = this.takesAtOnce && waiting?.reply !== undefined;
    if (metadata === undefined || tree === undefined || waiting === undefined || isTaken) {
      return { objectsToPush: [], sessionId: '' };
    }
    const ids = new Set(idsOf(tree));
    waiting.reply = { metadata, error, ids, seconds };
    const objectsToPush = [...ids].filter((id) => !this.objects.has(id));
    return { objectsToPush, sessionId: `${metadata.replyToMessageId} 1` };
  }

  /** Gives the answer when the last object has come. */
  async #finish({ reply, resolve, pushed }: Waiting): Promise<void> {
    if (reply === undefined || [...reply.ids].some((id) => !this.objects.has(id))) return;
    const { metadata, error, seconds } = reply;
    const reader = new ObjectReader(pullFrom(this.objects), 2 ** 30);
    try {
      const records =
        error === undefined
          ? await reader.records(metadata.messageId)
          : new Map<string, FlowerRecord>();
      resolve({ metadata, error, records, seconds, pushed: [...pushed] });
    } catch (problem) {
      this.failures.push(problem);
    }
  }
}

function idsOf({ objectId, children }: ObjectTree): string[] {
  return [...children.flatMap(idsOf), objectId];
}
