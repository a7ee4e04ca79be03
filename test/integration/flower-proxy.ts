// A proxy in front of a SuperLink that loses some of its answers, after the SuperLink has handled the requests.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyProxy {
  readonly url: string;
  /** Answers that were lost, by route. */
  readonly lost: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** @param loses whether the answer to the request of that number is lost */
export async function lossyProxy(
  superlink: string,
  loses: (route: string, count: number) => boolean,
): Promise<LossyProxy> {
  const lost = new Map<string, number>();
  let count = 0;
  const server = createServer((incoming, answer) => {
    const route = (incoming.url ?? '').replace('/v1/fleet/', '');
    const isLost = loses(route, count++);
    const { host: _, connection: __, ...headers } = incoming.headers;
    const outgoing = request(superlink + (incoming.url ?? ''), { method: 'POST', headers });
    outgoing.once('response', (response) => {
      if (isLost) {
        lost.set(route, (lost.get(route) ?? 0) + 1);
        response.resume().once('end', () => answer.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.once('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A generator of numbers from 0 to 1 that gives the same ones each time (xorshift, 32 bits). */
export function repeatable(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
