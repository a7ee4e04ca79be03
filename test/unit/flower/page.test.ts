// A node in a page that is closed, put aside, or in the background. The page is a fake: an EventTarget with a visibility.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as flower from '../../../src/flower.js';
import { MetricRecord } from '../../../src/flower.js';
import type { FlowerHandler } from '../../../src/flower.js';
import { joined } from './nodes.js';
import { superLink } from './superlink.js';
import type { Misbehaviour, SuperLink } from './superlink.js';

const answer: FlowerHandler = () => ({ metrics: new MetricRecord({ n: 1 }) });

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const window = new EventTarget();

// Until all nodes have left, which ends their listening.
beforeAll(() => {
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
  vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
});
afterAll(() => {
  vi.unstubAllGlobals();
});
beforeEach(() => {
  page.visibilityState = 'visible';
});

function turn(type: 'pagehide' | 'pageshow', persisted: boolean): void {
  window.dispatchEvent(Object.assign(new Event(type), { persisted }));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const intervals = (server: SuperLink): unknown[] =>
  server.calls.flatMap(({ name, values }) =>
    name === 'heartbeat' ? [values['heartbeatInterval']] : [],
  );

describe('a node in a page', () => {
  it('is missed after 20 s, as a page may be closed at any time', async () => {
    const server = await superLink();
    await joined(server, { train: answer });
    const activation = server.calls.find(({ name }) => name === 'activateNode');
    expect(activation?.values['heartbeatInterval']).toBe(10);
  });

  it('leaves when the page ends, by a signature that was made before', async () => {
    const server = await superLink();
    const fetched = vi.spyOn(globalThis, 'fetch');
    await joined(server, { train: answer });
    turn('pagehide', false);
    const kept = fetched.mock.calls.filter(([, init]) => init?.keepalive === true);
    expect(kept.map(([url]) => (url as string).replace(/.*\//, ''))).toEqual([
      'deactivate-node',
      'unregister-node',
    ]);
    await until(() => server.nodes.size === 0);
    expect(server.online.size).toBe(0);
    fetched.mockRestore();
  });

  it('stays registered when the page ends, if its key is kept', async () => {
    const server = await superLink();
    const key = await flower.generateKey(false);
    await joined(server, { train: answer, key });
    turn('pagehide', false);
    await until(() => server.online.size === 0);
    expect(server.nodes.size).toBe(1);
  });

  it.each([
    ['put aside', () => turn('pagehide', true), () => turn('pageshow', true)],
    [
      'frozen',
      () => page.dispatchEvent(new Event('freeze')),
      () => page.dispatchEvent(new Event('resume')),
    ],
  ])('leaves when the page is %s, asks for nothing, and joins again', async (_, hide, show) => {
    const server = await superLink();
    const { told, tells, node } = await joined(server, { train: answer });
    hide();
    await until(() => server.online.size === 0);
    // A question that was on its way has come.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const asked = server.count('pullMessages');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.count('pullMessages')).toBe(asked);
    show();
    await tells('joined', 2);
    expect(told('joined').map(({ nodeId }) => nodeId)).toEqual([node.id, node.id]);
    expect(server.online.size).toBe(1);
    expect((await server.send({})).error).toBeUndefined();
  });

  it('joins again once when two events tell that the page is back', async () => {
    const server = await superLink();
    const { told, tells } = await joined(server, { train: answer });
    turn('pagehide', true);
    await until(() => server.online.size === 0);
    page.dispatchEvent(new Event('resume'));
    turn('pageshow', true);
    await tells('joined', 2);
    expect((await server.send({})).error).toBeUndefined();
    expect(told('joined')).toHaveLength(2);
    expect(server.count('activateNode')).toBe(2);
  });

  it('goes on when the page comes back before the server has heard that it went', async () => {
    const server = await superLink(({ name }) =>
      name === 'deactivateNode' ? { status: 503 } : undefined,
    );
    const { told } = await joined(server, { train: answer });
    turn('pagehide', true);
    turn('pageshow', true);
    expect((await server.send({})).error).toBeUndefined();
    expect(told('joined')).toHaveLength(1);
    await until(() => server.count('heartbeat') > 0);
    server.misbehave = () => undefined;
  });

  it('tells a server to wait longer while the page is in the background', async () => {
    const server = await superLink();
    await joined(server, { train: answer });
    page.visibilityState = 'hidden';
    page.dispatchEvent(new Event('visibilitychange'));
    await until(() => server.count('heartbeat') === 1);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    await until(() => server.count('heartbeat') === 2);
    expect(intervals(server)).toEqual([90, 10]);
  });

  it('sends a heartbeat again soon if it has failed, as the server waits for two', async () => {
    const server = await superLink(({ name, before }) =>
      name === 'heartbeat' && before === 0 ? { status: 503 } : undefined,
    );
    await joined(server, { train: answer });
    const waits = vi.spyOn(globalThis, 'setTimeout');
    page.dispatchEvent(new Event('visibilitychange'));
    await until(() => intervals(server).length === 2);
    // A tenth of the interval, of which half is left to chance.
    const pauses = waits.mock.calls.map(([, milliseconds = 0]) => milliseconds);
    expect(pauses.filter((pause) => pause >= 500 && pause <= 1000)).toHaveLength(1);
    waits.mockRestore();
  });

  it('that has failed does not join again when the answer to a heartbeat comes late', async () => {
    let answerHeartbeat = (): void => undefined;
    const held = new Promise<Misbehaviour>((resolve) => {
      answerHeartbeat = () => resolve({ values: { success: false } });
    });
    const server = await superLink(({ name }) => (name === 'heartbeat' ? held : undefined));
    const { node } = await joined(server, { train: answer });
    page.dispatchEvent(new Event('visibilitychange'));
    await until(() => server.count('heartbeat') === 1);
    server.misbehave = ({ name }) => (name === 'pullMessages' ? { status: 500 } : undefined);
    await expect(node.done).rejects.toThrow(/HTTP 500/);
    const calls = server.calls.map(({ name }) => name);
    expect(calls.slice(-2)).toEqual(['deactivateNode', 'unregisterNode']);
    answerHeartbeat();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.calls).toHaveLength(calls.length);
  });

  it('that has left does not listen to the page any more', async () => {
    const server = await superLink();
    const { node } = await joined(server, { train: answer });
    await node.leave();
    const calls = server.calls.length;
    turn('pagehide', false);
    turn('pageshow', true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.calls).toHaveLength(calls);
  });
});
