// `npm run test:browser`: headless Chromium loads the built package from a page with a strict content security
// policy and runs the cases of test/browser, without and with cross-origin isolation; weights must come out as in
// Node. Takes the Chromium that is installed (CHROMIUM_PATH, or the first on the PATH) and never downloads one.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from './chromium.mjs';
import { serve } from './static-server.mjs';

const TIME_LIMIT_MS = 120_000;
const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (...parts) => path.join(root, ...parts);

/** An IDX file of uint8, gzip: magic, rank, big-endian sizes, then element i = 7 i mod 256. */
function madeIdx(shape, missingBytes = 0) {
  const header = Buffer.from([0, 0, 0x08, shape.length]);
  const sizes = Buffer.alloc(4 * shape.length);
  for (const [axis, size] of shape.entries()) sizes.writeUInt32BE(size, 4 * axis);
  const count = shape.reduce((product, size) => product * size, 1) - missingBytes;
  const elements = Buffer.from(Array.from({ length: count }, (_, i) => (7 * i) % 256));
  return gzipSync(Buffer.concat([header, sizes, elements]));
}

/** What the cases of test/browser/storage.js ask for: files that were downloaded, and a browser short of space. */
async function giveStorage(page, origin) {
  const downloads = new Map();
  const arrived = (name) => {
    const known = downloads.get(name);
    if (known) return known;
    const waiting = {};
    waiting.promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
    downloads.set(name, waiting);
    return waiting;
  };
  page.on('download', async (download) => {
    const { resolve, reject } = arrived(download.suggestedFilename());
    await download.path().then((file) => resolve([...readFileSync(file)]), reject);
  });
  await page.exposeFunction('takeDownload', (name) => arrived(name).promise);
  const devtools = await page.context().newCDPSession(page);
  await page.exposeFunction('limitStorage', (quotaSize) =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin,
      ...(quotaSize ? { quotaSize } : {}),
    }),
  );
}

const executablePath = chromiumPath();
if (!executablePath) {
  console.error(
    'test:browser: no Chromium found. Install it (Debian: apt-get install chromium) or name one in CHROMIUM_PATH.',
  );
  process.exit(1);
}
if (!existsSync(inRoot('dist/index.js'))) {
  console.error('test:browser: dist/ is missing; run `npm run build` first.');
  process.exit(1);
}

const hashInNode = execFileSync(process.execPath, [inRoot('scripts/fingerprint.mjs'), '--hash'], {
  encoding: 'utf8',
}).trim();

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** The pages' server; `headers` besides the policy. */
const serveWith = (headers) =>
  serve({
    folders: {
      '/dist/': inRoot('dist'),
      '/fingerprint/': inRoot('scripts/fingerprint'),
      '/h5wasm/': inRoot('node_modules/h5wasm/dist/esm'),
      '/page/': inRoot('test/browser'),
    },
    made: {
      '/fingerprint-of-node': hashInNode,
      '/made/images-idx3-ubyte.gz': madeIdx([5, 4, 3]),
      '/made/truncated-idx3-ubyte.gz': madeIdx([5, 4, 3], 2),
    },
    headers: { 'content-security-policy': policy, ...headers },
  });

const browser = await chromium.launch(launchOptions(executablePath));

let passed = 0;
let failed = 0;
const fail = (name, detail) => {
  failed++;
  console.log(`✗ ${name}\n    ${String(detail).replaceAll('\n', '\n    ')}`);
};

/** All cases, on a page that is sent with such headers. */
async function runPage(headers) {
  const server = await serveWith(headers);
  const page = await browser.newPage();
  let timer;
  let done;
  try {
    page.on('pageerror', (error) => fail('an error nobody caught', error.stack ?? error));
    page.on('console', (message) => {
      // The case of a module that is not there makes the browser say so.
      if (message.type() === 'error' && !message.text().includes('404')) {
        fail('an error on the console', message.text());
      }
    });
    const finished = new Promise((resolve, reject) => {
      page.on('crash', () => reject(new Error('the page crashed')));
      timer = setTimeout(
        () => reject(new Error(`the page was not done after ${TIME_LIMIT_MS / 1000} s`)),
        TIME_LIMIT_MS,
      );
      done = resolve;
    });
    await page.exposeFunction('report', (result) => {
      if (result === 'done') done();
      else if (!result.passed) fail(result.name, result.detail);
      else {
        passed++;
        console.log(`✓ ${result.name} (${result.seconds.toFixed(2)} s) ${result.detail}`);
      }
    });
    await giveStorage(page, server.origin);
    await page.goto(`${server.origin}/page/index.html`);
    await finished;
  } finally {
    clearTimeout(timer);
    await page.close();
    await server.close();
  }
}

try {
  console.log(`Chromium ${browser.version()}`);
  console.log('A page as any other:');
  await runPage({});
  console.log('A page that is cross-origin isolated:');
  await runPage(isolation);
} catch (error) {
  fail('the run', error.stack);
} finally {
  await browser.close();
}
if (passed === 0 && failed === 0) fail('the run', 'no case ran');
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
