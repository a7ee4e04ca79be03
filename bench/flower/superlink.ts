// A SuperLink that only holds one message and takes answers, for `npm run bench:flower`, in a separate process.
// It answers lines: `port`; `arm`, after which the next poll gets a message; and `count`: requests since then without
// polls and heartbeats, bytes of answers and of requests.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { calls, Message } from '../../src/extras/flower/messages.js';
import type { ObjectTree } from '../../src/extras/flower/messages.js';
import { ObjectWriter } from '../../src/extras/flower/object-writer.js';
import { ArrayRecord, ConfigRecord } from '../../src/extras/flower/records.js';
import { random } from '../../src/index.js';

/** Shapes of the arrays, as JSON. */
const shapes = JSON.parse(process.argv[2] ?? '[]') as number[][];
const writer = new ObjectWriter();
const arrays = new ArrayRecord(shapes.map((shape) => random.normal(shape, { seed: 1 })));
/** Settings beside the round, as JSON. */
const settings = JSON.parse(process.argv[3] ?? '{}') as Record<string, string>;
const config = new ConfigRecord({ round: 1, ...settings });
const records = await writer.records('bench', { arrays, config });
const metadata = {
  runId: 1n,
  messageId: '',
  srcNodeId: 1n,
  dstNodeId: 2n,
  replyToMessageId: '',
  groupId: '1',
  ttl: 3600,
  messageType: 'train',
  createdAt: Date.now() / 1000,
  srcTaskId: undefined,
  dstTaskId: undefined,
};
/** The answers to questions for an object. */
const contents = new Map<string, Uint8Array>();
let message = records;
let round = 0;

/** Makes the next message, as a node works on none twice, and answers with its objects. */
async function arm(): Promise<void> {
  const next = { ...metadata, groupId: String(++round) };
  message = await writer.message(Message.encode({ metadata: next }), records);
  for (const [id, { room, start }] of writer.contents) {
    if (contents.has(id)) continue;
    const content = room.subarray(start);
    const object = { isFound: true, isAvailable: true, content };
    contents.set(id, calls.pullObject.response.encode(object));
  }
  [isArmed, counts] = [true, [0, 0, 0]];
}

let isArmed = false;
let counts = [0, 0, 0];
const UNCOUNTED = new Set(['pull-messages', 'send-node-heartbeat']);

function answerTo(route: string, body: Uint8Array): Uint8Array {
  switch (route) {
    case 'register-node':
    case 'activate-node':
      return calls.activateNode.response.encode({ nodeId: 2n });
    case 'send-node-heartbeat':
      return calls.heartbeat.response.encode({ success: true });
    case 'pull-messages': {
      const messages = isArmed
        ? [{ metadata: { ...metadata, messageId: message.id }, content: {}, error: undefined }]
        : [];
      isArmed = false;
      return calls.pullMessages.response.encode({ messages });
    }
    case 'pull-object':
      return (
        contents.get(calls.pullObject.request.decode(body, route).objectId) ?? new Uint8Array()
      );
    case 'push-messages': {
      const { trees } = calls.pushMessages.request.decode(body, route);
      const objectsToPush = trees.flatMap(function idsOf({
        objectId,
        children,
      }: ObjectTree): string[] {
        return [objectId, ...children.flatMap(idsOf)];
      });
      return calls.pushMessages.response.encode({ objectsToPush, sessionId: '1' });
    }
    case 'push-object':
      return calls.pushObject.response.encode({ isStored: true });
    // What `fetch` alone moves: the pieces of all objects that are larger than 1 MB.
    case 'pieces':
      return new TextEncoder().encode(
        JSON.stringify([...contents].flatMap(([id, { length }]) => (length > 1e6 ? [id] : []))),
      );
    default:
      return contents.get(route) ?? new Uint8Array();
  }
}

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const route = (request.url ?? '').replace('/v1/fleet/', '').replace('/', '');
    const sent = Buffer.concat(pieces);
    const body = answerTo(route, sent);
    const [requests = 0, received = 0, given = 0] = counts;
    if (!UNCOUNTED.has(route)) counts = [requests + 1, received + body.length, given + sent.length];
    response.writeHead(200, {
      'content-type': 'application/protobuf',
      'content-length': body.length,
    });
    response.end(body);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

async function answerLine(line: string): Promise<void> {
  if (line === 'arm') await arm();
  if (line === 'count') console.log(counts.join(' '));
  else console.log(line === 'port' ? (server.address() as AddressInfo).port : line);
}

createInterface({ input: process.stdin })
  .on('line', (line) => void answerLine(line))
  .on('close', () => process.exit());
