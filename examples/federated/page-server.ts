// Serves the page of the example, and passes its requests on to the SuperLink: a page reaches servers of its own origin alone.
//   npx tsx examples/federated/page-server.ts --superlink http://127.0.0.1:8000 --port 8080
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { isMain } from '../is-main.js';

const FOLDER = fileURLToPath(new URL('page', import.meta.url));
const STYLE = fileURLToPath(new URL('../browser/src/style.css', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the server, on this machine alone.
 *
 * @param onRequest called with the route of each request that is passed on
 */
export async function servePage(
  superlink: string,
  port = 0,
  onRequest: (route: string) => void = () => undefined,
): Promise<PageServer> {
  const files = await pageFiles();
  const server = createServer((incoming, answer) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    const name = pathname === '/' ? '/index.html' : pathname;
    const file = files.get(name);
    if (pathname.startsWith('/v1/fleet/') && incoming.method === 'POST') {
      onRequest(pathname.slice('/v1/fleet/'.length));
      passOn(superlink + pathname, incoming, answer);
    } else if (file !== undefined && incoming.method === 'GET') {
      answer.writeHead(200, { 'content-type': TYPES[path.extname(name)] }).end(file);
    } else {
      answer.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** The page and its program, as one file of JavaScript and what it loads later. */
async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}/page.ts`],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: FOLDER,
    write: false,
  });
  const files = outputFiles.map(
    ({ path: file, contents }) => [file.slice(FOLDER.length), contents] as const,
  );
  return new Map([
    ...files,
    ['/index.html', await readFile(`${FOLDER}/index.html`)],
    ['/style.css', await readFile(STYLE)],
  ]);
}

/** The request as it came, to the SuperLink; the answer as it comes, to the page. */
function passOn(url: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { host: _, connection: __, ...headers } = incoming.headers;
  const outgoing = request(url, { method: 'POST', headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.once('error', () => {
    if (!answer.headersSent) answer.writeHead(502);
    answer.end();
  });
  incoming.pipe(outgoing);
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      superlink: { type: 'string', default: 'http://127.0.0.1:8000' },
      port: { type: 'string', default: '8080' },
    },
  });
  const { url } = await servePage(values.superlink, Number(values.port));
  console.log(`${url}?index=0&count=1`);
}
