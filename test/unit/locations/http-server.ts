import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a free local port; every path is answered by the handler of its first folder. */
export interface TestServer {
  /** `http://…/<folder>/` */
  url(folder: string): string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startServer(
  handlers: Readonly<Record<string, Handler>>,
): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    const handler = handlers[path.split('/')[1] ?? ''];
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (folder) => `http://127.0.0.1:${port}/${folder}/`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The part of the path behind the last slash. */
export function fileName(request: IncomingMessage): string {
  return (request.url ?? '').split('/').at(-1) ?? '';
}
