// What a browser may lack or forbid. The page says so, and goes on.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isolation } from '../../../scripts/package/pages.mjs';
import { assert, complains, drawSeven, reading, says, site, text, train, untilDone, untilReady } from './page.mjs'; // prettier-ignore

async function trainAndRead(page) {
  await train(page, 15);
  await untilDone(page);
  await drawSeven(page);
  await reading(page);
}

/** Without a worker the page trains itself: it still draws, pauses, keeps and opens. */
async function inThePage(page) {
  await untilReady(page);
  await says(page, 'the network trains in the page itself');
  await train(page, 400);
  await drawSeven(page);
  await reading(page);
  await page.locator('#start').click();
  await says(page, 'Paused');
  await page.locator('#reset').click();
  await says(page, 'A new network');
  await trainAndRead(page);
  const best = await reading(page);
  await page.locator('[data-save=browser]').click();
  await says(page, 'Saved');
  await page.locator('[data-save=open]').click();
  await says(page, 'Opened');
  assert((await reading(page)) === best, 'the opened model reads otherwise');
  assert(
    (await text(page, 'place')).startsWith('the page itself, on '),
    'the page says another place',
  );
  return (await text(page, 'obstacle')).slice(0, 120);
}

/** Keeping fails and says why; training and downloads go on. */
async function withoutStorage(page, button, hasText) {
  await page.locator(`[data-save=${button}]`).click();
  await complains(page, hasText);
  const told = await text(page, 'status');
  const download = page.waitForEvent('download');
  await page.locator('[data-save=keras]').click();
  await download;
  await says(page, 'Saved');
  await trainAndRead(page);
  return told;
}

const noIndexedDb = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined });\n";
const noWorker = `globalThis.Worker = class {
  constructor() { throw new DOMException('Workers are switched off.', 'SecurityError'); }
};`;

/** The worker's file with `line` before it: what is done to a page does not reach its workers. */
export function workerAfter(line) {
  const folder = path.join(site, 'assets');
  const file = readdirSync(folder).find((name) => name.startsWith('training-worker'));
  return { [`/assets/${file}`]: line + readFileSync(path.join(folder, file), 'utf8') };
}

const plain = { query: '' };

export const obstacles = {
  'no WebAssembly SIMD': {
    ...plain,
    prepare: (page) => page.addInitScript('WebAssembly.validate = () => false;'),
    async work(page) {
      await complains(page, 'it has no SIMD');
      const told = await text(page, 'status');
      await drawSeven(page);
      await page.locator('[data-save=browser]').click();
      await complains(page, 'There is no network');
      await page.locator('#reset').click();
      await complains(page, 'it has no SIMD');
      assert(await page.locator('#start').isDisabled(), 'the page offers to train');
      return told;
    },
  },
  'no SharedArrayBuffer': {
    ...plain,
    async work(page) {
      await untilReady(page);
      const threads = await text(page, 'backend');
      assert(threads.startsWith('Networks train on one thread here: memory cannot'), threads);
      await trainAndRead(page);
      return (await text(page, 'backend')).slice(0, 120);
    },
  },
  'workers forbidden by a policy': {
    ...plain,
    headers: { ...isolation, 'content-security-policy': "worker-src 'none'" },
    expected: /Content Security Policy/,
    work: inThePage,
  },
  'a Worker constructor that throws': {
    ...plain,
    prepare: (page) => page.addInitScript(noWorker),
    work: inThePage,
  },
  'no IndexedDB': {
    ...plain,
    made: () => workerAfter(noIndexedDb),
    prepare: (page) => page.addInitScript(noIndexedDb),
    async work(page) {
      await untilReady(page);
      await withoutStorage(page, 'open', 'there is no IndexedDB');
      return withoutStorage(page, 'browser', 'there is no IndexedDB');
    },
  },
  'no network': {
    ...plain,
    // Requests to other hosts fail.
    prepare: (page) =>
      page.route(
        (url) => url.hostname !== 'localhost' && url.hostname !== '127.0.0.1',
        (route) => route.abort(),
      ),
    expected: /ERR_FAILED/,
    async work(page) {
      await untilReady(page);
      await page.locator('[name=dataset]').selectOption('mnist');
      await complains(page, 'could not be downloaded. Check your connection');
      const told = await text(page, 'status');
      assert((await page.locator('[name=dataset]').inputValue()) === 'digits', 'MNIST is chosen');
      await trainAndRead(page);
      return told;
    },
  },
  'a full IndexedDB': {
    ...plain,
    async work(page) {
      await untilReady(page);
      const devtools = await page.context().newCDPSession(page);
      const { origin } = new URL(page.url());
      await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
      return withoutStorage(page, 'browser', 'do not fit into the browser');
    },
  },
};
