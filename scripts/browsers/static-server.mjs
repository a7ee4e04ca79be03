// A small file server for the browser tests, which pages can send reports to.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

/**
 * Serves on a free port of this machine only.
 *
 * @param {{
 *   folders: Record<string, string>, made: Record<string, string | Uint8Array>, headers: Record<string, string>,
 *   told?: Record<string, (message: any) => void>,
 * }} site
 *   `folders`: URL prefixes and the folders they show; `made`: URLs and their contents; `headers` go with every answer;
 *   `told`: URLs to which pages post JSON, and what takes it
 * @returns {Promise<{ origin: string, asked: string[], close(): Promise<void> }>} `asked`: the paths of all requests
 */
export async function serve({ folders, made, headers, told = {} }) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    asked.push(pathname);
    const answer = (status, type, body) => {
      response.writeHead(status, { ...headers, 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    if (request.method === 'POST' && pathname in told) {
      told[pathname](JSON.parse(await bodyOf(request)));
      answer(204, 'text/plain', '');
      return;
    }
    if (pathname in made) {
      answer(200, types[path.extname(pathname)] ?? 'application/octet-stream', made[pathname]);
      return;
    }
    const prefix = Object.keys(folders).find((start) => pathname.startsWith(start));
    const name = prefix && pathname.slice(prefix.length);
    const file =
      prefix && path.join(folders[prefix], /(^|\/)$/.test(name) ? `${name}index.html` : name);
    try {
      // `new URL` has resolved every “..”, so a path cannot leave its folder.
      const body = await readFile(file);
      answer(200, types[path.extname(file)] ?? 'application/octet-stream', body);
    } catch {
      answer(404, 'text/plain', `no such file: ${pathname}`);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}
