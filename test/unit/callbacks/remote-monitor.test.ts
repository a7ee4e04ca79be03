import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { callbacks, layers, Sequential, ValueError } from 'lanegrad';

interface Received {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly secret: unknown;
  readonly body: string;
}

let received: Received[];
let root: string;
let answer: (response: ServerResponse) => void;
const server = createServer((request: IncomingMessage, response) => {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString()));
  request.on('end', () => {
    const { url, headers } = request;
    received.push({ url, type: headers['content-type'], secret: headers['x-secret'], body });
    answer(response);
  });
});

beforeEach(async () => {
  received = [];
  answer = (response) => response.end();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function fit(monitor: callbacks.RemoteMonitor, epochs = 2): Promise<number[]> {
  const dense = new layers.Dense(1, { kernelInitializer: 'ones', inputShape: [1] });
  const model = new Sequential([dense]);
  model.compile({ loss: 'mse', optimizer: 'sgd' });
  const { history } = await model.fit([[1]], [[3]], { epochs, verbose: 0, callbacks: monitor });
  return [...(history.loss ?? [])];
}

it('sends a form of one field after each epoch, as Keras does', async () => {
  const losses = await fit(new callbacks.RemoteMonitor({ root }));
  expect(received.map(({ url }) => url)).toEqual(['/publish/epoch/end/', '/publish/epoch/end/']);
  expect(received[0]?.type).toMatch(/^application\/x-www-form-urlencoded/);
  const sent = received.map(({ body }): unknown =>
    JSON.parse(new URLSearchParams(body).get('data') ?? ''),
  );
  expect(sent).toEqual(losses.map((loss, epoch) => ({ epoch, loss })));
});

it('sends JSON, additional headers and another path if it is told to', async () => {
  const options = { root, path: '/logs', headers: { 'X-Secret': '7' }, sendAsJson: true };
  const [loss] = await fit(new callbacks.RemoteMonitor(options), 1);
  const [{ url, type, secret, body } = {} as Received] = received;
  expect([url, type, secret]).toEqual(['/logs', 'application/json', '7']);
  expect(JSON.parse(body)).toEqual({ epoch: 0, loss });
});

it('goes on and warns once where no server is', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  await fit(new callbacks.RemoteMonitor({ root: 'http://127.0.0.1:9' }), 3);
  expect(warn.mock.calls.flat()).toEqual([
    'lanegrad: RemoteMonitor: the server at http://127.0.0.1:9 could not be reached.',
  ]);
});

it('waits once for a server that does not answer', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  timeout.mockImplementation(() => AbortSignal.abort(new DOMException('', 'TimeoutError')));
  await fit(new callbacks.RemoteMonitor({ root }), 3);
  expect(timeout.mock.calls).toEqual([[10_000]]);
  expect(warn.mock.calls.flat().join()).toMatch(/does not answer within 10 seconds/);
});

it('does not read an answer without an end', async () => {
  answer = (response) => {
    response.write('x'.repeat(1000));
  };
  expect(await fit(new callbacks.RemoteMonitor({ root }), 2)).toHaveLength(2);
});

it.each([
  [{ root: 'localhost:9000' }, /must make a URL of http or https/],
  [{ root: 'file:///etc' }, /must make a URL/],
  [
    { root: 'http://me:secret@localhost' },
    /^RemoteMonitor: root must be a URL without a user and a password, which fetch does not send/,
  ],
  [{ headers: { 'a b': 'c' } }, /headers must be an object/],
  [{ headers: [] }, /headers must be an object/],
  [{ sendAsJSON: true }, /unknown option 'sendAsJSON'/],
])('refuses %j', (options, message) => {
  expect(() => new callbacks.RemoteMonitor(options as never)).toThrow(ValueError);
  expect(() => new callbacks.RemoteMonitor(options as never)).toThrow(message);
});
