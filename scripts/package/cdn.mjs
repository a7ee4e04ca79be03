// The installed package on a server of another origin, as on a CDN, with the headers that CDNs send.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { serve } from '../browsers/static-server.mjs';
import { plainPage } from './bundlers.mjs';
import { isolation, strictPolicy, trainAt, trainOnPage } from './pages.mjs';
import { assert, root } from './project.mjs';

/** Runs `use` with the CDN: its server, and the address of the package there. */
async function withCdn(folder, use) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const place = `/npm/lanegrad@${version}`;
  const server = await serve({
    folders: { [`${place}/`]: path.join(folder, 'node_modules/lanegrad') },
    made: {},
    headers: {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    },
  });
  try {
    return await use({ server, url: `${server.origin}${place}` });
  } finally {
    await server.close();
  }
}

/** Trains on an isolated page with a strict policy, on the pool and in a worker, all from the CDN. */
export function trainFromCdn(browser, folder) {
  return withCdn(folder, async ({ server, url }) => {
    const { out, inlineScript } = plainPage(folder, url);
    const headers = { ...isolation, ...strictPolicy({ inlineScript, cdn: server.origin }) };
    return trainOnPage(browser, { folders: { '/': out }, headers });
  });
}

/** The files that a page asks for which imports `lanegrad` and uses it on one thread. */
export function filesOfImport(browser, folder) {
  const program = 'tensor([1, 2]).sum().item() === 3 && report({})';
  return withCdn(folder, async ({ server, url }) => {
    const script = `import { tensor } from '${url}/dist/index.js'; ${program};`;
    await visitPage(browser, `<script type="module">${script}</script>`);
    return server.asked.map((file) => path.basename(file));
  });
}

/** The page of docs/deploying.md as it stands there, but for the CDN's address: the accuracy that it shows. */
export function pageOfDocs(browser, folder) {
  const text = readFileSync(path.join(root, 'docs/deploying.md'), 'utf8');
  const [, page] = /^## From a CDN$[\s\S]*?```html\n([\s\S]*?)```/m.exec(text) ?? [];
  assert(page !== undefined, 'docs/deploying.md has no page');
  return withCdn(folder, async ({ server, url }) => {
    const here = page.replaceAll(`https://cdn.jsdelivr.net${new URL(url).pathname}/`, `${url}/`);
    assert(!here.includes('cdn.jsdelivr.net'), 'docs/deploying.md names another version');
    const watch =
      `const shown = document.querySelector('output');` +
      `new MutationObserver(() => report({ text: shown.textContent })).observe(shown, { childList: true });`;
    const { text: shown } = await visitPage(browser, `${here}<script>${watch}</script>`);
    assert(Number(/[\d.]+/.exec(shown)?.[0]) >= 0.9, `it shows: ${shown}`);
    assert(
      server.asked.some((file) => file.endsWith('training-worker.js')),
      'no worker was started',
    );
    return shown;
  });
}

async function visitPage(browser, body) {
  const page = `<!doctype html><link rel="icon" href="data:,">${body}`;
  const server = await serve({ folders: {}, made: { '/index.html': page }, headers: {} });
  try {
    return await trainAt(browser, `${server.origin}/index.html`);
  } finally {
    await server.close();
  }
}
