// `npm run test:browser`: browsers load the built package from a page with a strict content security policy and run the
// cases of test/browser, without and with cross-origin isolation; weights must be the same as in Node. Chromium (CHROMIUM_PATH,
// or the first on the PATH) is required; Firefox and WebKitGTK take part if they are installed. None is downloaded.
//   --only chromium,firefox,webkit   which of them
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from './chromium.mjs';
import { otherBrowsers } from './other-browsers.mjs';
import { isolation } from '../package/pages.mjs';
import { serve } from './static-server.mjs';
import { allItems, hashOfPictures } from '../../test/browser/pictures.js';

const TIME_LIMIT_MS = 300_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
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

const names = ['chromium', ...Object.keys(otherBrowsers)];
const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = options.only?.split(',') ?? names;
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`test:browser: no browser ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  process.exit(1);
}
const executablePath = chromiumPath();
if (chosen.includes('chromium') && !executablePath) {
  console.error(
    'test:browser: no Chromium found. Install it (Debian: apt-get install chromium) or name one in CHROMIUM_PATH.',
  );
  process.exit(1);
}
if (!existsSync(inRoot('dist/index.js'))) {
  console.error('test:browser: dist/ is missing; run `npm run build` first.');
  process.exit(1);
}

const hashInNode = (flags, ...options) =>
  execFileSync(
    process.execPath,
    [...flags, inRoot('scripts/fingerprint/fingerprint.mjs'), '--hash', ...options],
    {
      encoding: 'utf8',
    },
  ).trim();
// Node 20 has relaxed SIMD behind a flag, later versions have it and do not know the flag.
const flagsOfFused = process.version.startsWith('v20.') ? ['--experimental-wasm-relaxed-simd'] : [];

const strictHash = hashInNode([]);
const fusedHash = hashInNode(flagsOfFused, '--fused');

const picturesFolder = process.env.LANEGRAD_PICTURES_DIR ?? inRoot('test/fixtures/pictures');
const madePictures = gunzipSync(
  readFileSync(inRoot('test/fixtures/keras-pictures.json.gz')),
).toString();

/** All pictures as Node reads them. */
async function hashOfPicturesInNode() {
  const { utils } = await import('../../dist/index.js');
  const made = JSON.parse(madePictures);
  const expected = JSON.parse(readFileSync(path.join(picturesFolder, 'expected.json'), 'utf8'));
  return hashOfPictures(utils, allItems(expected, made), async (file) =>
    Object.hasOwn(made.files, file)
      ? Buffer.from(made.files[file], 'base64')
      : readFileSync(path.join(picturesFolder, file)),
  );
}
const picturesHash = await hashOfPicturesInNode();

// The page says where the optional peers are.
const [, importMap] = /<script type="importmap">(.*?)<\/script>/s.exec(
  readFileSync(inRoot('test/browser/index.html'), 'utf8'),
);
const policy =
  `default-src 'none'; connect-src 'self'; img-src data: blob:; script-src 'self' 'wasm-unsafe-eval' ` +
  `'sha256-${createHash('sha256').update(importMap).digest('base64')}'`;

/** The pages' server; `headers` besides the policy. */
const serveWith = (headers, onTold) =>
  serve({
    folders: {
      '/dist/': inRoot('dist'),
      '/fingerprint/': inRoot('scripts/fingerprint'),
      '/page/': inRoot('test/browser'),
      '/peers/': inRoot('node_modules/@jsquash'),
      '/pictures/': picturesFolder,
    },
    made: {
      '/fingerprint-of-node': strictHash,
      '/fused-fingerprint-of-node': fusedHash,
      '/pictures-of-node': picturesHash,
      '/made/pictures.json': madePictures,
      '/made/images-idx3-ubyte.gz': madeIdx([5, 4, 3]),
      '/made/truncated-idx3-ubyte.gz': madeIdx([5, 4, 3], 2),
    },
    headers: { 'content-security-policy': policy, ...headers },
    told: { '/told': onTold },
  });

const count = { passed: 0, failed: 0, skipped: 0 };
const fail = (name, detail) => {
  count.failed++;
  console.log(`✗ ${name}\n    ${String(detail).replaceAll('\n', '\n    ')}`);
};

/** Chromium is driven, so that its console, its downloads and its storage are seen. */
async function openInChromium(browser, url, onFailure) {
  const page = await browser.newPage();
  page.on('console', (message) => {
    // The case of a module that is not there makes the browser say so.
    if (message.type() === 'error' && !message.text().includes('404')) {
      fail('an error on the console', message.text());
    }
  });
  page.on('crash', () => onFailure(new Error('the page crashed')));
  await giveStorage(page, new URL(url).origin);
  await page.goto(url);
  return () => page.close();
}

/** All cases, on a page that is sent with such headers. `open(url, onFailure)` shows it and gives its end. */
async function runPage(open, headers) {
  let finish;
  let giveUp;
  const finished = new Promise((resolve, reject) => {
    finish = resolve;
    giveUp = reject;
  });
  const server = await serveWith(headers, (result) => {
    if (result === 'done') finish();
    else if (result.browser) console.log(result.browser);
    else if (result.skipped) {
      count.skipped++;
      console.log(`– ${result.name}: skipped, ${result.detail}`);
    } else if (!result.passed) fail(result.name, result.detail);
    else {
      count.passed++;
      console.log(`✓ ${result.name} (${result.seconds.toFixed(2)} s) ${result.detail}`);
    }
  });
  const seconds = TIME_LIMIT_MS / 1000;
  const timer = setTimeout(
    () => giveUp(new Error(`the page was not done after ${seconds} s`)),
    TIME_LIMIT_MS,
  );
  let close;
  try {
    close = await open(`${server.origin}/page/index.html`, giveUp);
    await finished;
  } finally {
    clearTimeout(timer);
    await close?.();
    await server.close();
  }
}

async function runBoth(name, open) {
  try {
    console.log(`${name}, a page as any other:`);
    await runPage(open, {});
    console.log(`${name}, a page that is cross-origin isolated:`);
    await runPage(open, isolation);
  } catch (error) {
    fail(`the run in ${name}`, error.stack);
  }
}

if (chosen.includes('chromium')) {
  const browser = await chromium.launch(launchOptions(executablePath));
  try {
    await runBoth(`Chromium ${browser.version()}`, (url, onFailure) =>
      openInChromium(browser, url, onFailure),
    );
  } finally {
    await browser.close();
  }
}
for (const [id, { name, missing, open }] of Object.entries(otherBrowsers)) {
  if (!chosen.includes(id)) continue;
  const reason = missing();
  if (reason === undefined) await runBoth(name, open);
  else console.log(`${name}: skipped: ${reason}`);
}
if (count.passed + count.failed + count.skipped === 0) fail('the run', 'no case ran');
const { passed, failed, skipped } = count;
console.log(`browser: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
