// `npm run bench:browser`: a training step of the seed program in Chromium, on the page and in a worker, compared with
// TensorFlow.js's wasm backend, and the frames that the page shows meanwhile. It runs on a plain page and on an isolated one.
//   --rounds 7    timed segments of each contender
//   --serve       serves the page until Ctrl-C, so that you can open it in any browser; nothing is kept
import './help.js';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { chromiumPath, launchOptions } from '../scripts/browsers/chromium.mjs';
import { bundlePage, servePage } from './browser/site.js';
import type { PageFolders } from './browser/site.js';
import type { PageReport, PageSetting } from './browser/messages.js';
import { warnOfOldBuild } from './build-check.js';
import { wholeNumber } from './epoch-options.js';
import { writeProblem } from './problem.js';
import {
  packageVersion,
  printFact,
  printHeading,
  printMachine,
  printNote,
  printTable,
  saveResults,
} from './report.js';
import { loadSeedData } from './seed-data.js';
import { makeNetwork } from './seed-network.js';
import { seed } from './shapes.js';

/** As many as make 100 steps: what a page may well hold, 40 MB. */
const IMAGES = 100 * seed.batchSize;
const TIME_LIMIT_MS = 300_000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    serve: { type: 'boolean', default: false },
  },
});
const rounds = wholeNumber('rounds', options.rounds);
warnOfOldBuild();
await configure({ threads: 1 });
const { x, y, source } = await loadSeedData();
const first = [0, Math.min(IMAGES, x.shape[0] ?? 0)] as const;
const data = { x: x.slice(first), y: y.slice(first), source };
const problem = writeProblem(data, makeNetwork(), {
  batchSize: seed.batchSize,
  orders: rounds + 1,
  sizes: { hidden: seed.hidden },
});
const bundle = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-page-'));
process.once('exit', () => rmSync(bundle, { recursive: true, force: true }));
await bundlePage(bundle);
const folders = { bundle, problem: problem.folder };
const setting = { source, lanegrad: packageVersion(), rounds };
if (options.serve) await serveBoth(folders, setting);
else await measureBoth(folders, setting);

async function serveBoth(site: PageFolders, pageSetting: PageSetting): Promise<void> {
  const plain = await servePage(site, pageSetting, false);
  const isolated = await servePage(site, pageSetting, true);
  console.log(`a plain page                  ${plain.url}`);
  console.log(`a cross-origin isolated page  ${isolated.url}`);
  console.log('Ctrl-C ends both.');
}

async function measureBoth(site: PageFolders, pageSetting: PageSetting): Promise<void> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    throw new Error(
      'bench:browser: no Chromium found. Install it (Debian: apt-get install chromium) or name one in ' +
        'CHROMIUM_PATH; with --serve any browser can open the page by hand.',
    );
  }
  const browser = await chromium.launch(launchOptions(executablePath));
  try {
    printMachine('1 and 2 threads', `Chromium ${browser.version()}, headless`);
    const plain = await measurePage(browser, site, pageSetting, false);
    for (const [what, value] of plain.facts) {
      if (what === 'tfjs') printFact(what, value);
    }
    printPage(plain);
    printPage(await measurePage(browser, site, pageSetting, true));
  } finally {
    await browser.close();
  }
  saveResults('browser');
}

function printPage({ sections }: PageReport): void {
  for (const { heading, notes, tables } of sections) {
    printHeading(heading);
    for (const note of notes) printNote(note);
    for (const { header, rows } of tables) printTable(header, rows);
  }
}

/** Opens the page, and closes it when it has told what it measured. */
async function measurePage(
  browser: Browser,
  site: PageFolders,
  pageSetting: PageSetting,
  isIsolated: boolean,
): Promise<PageReport> {
  const server = await servePage(site, pageSetting, isIsolated);
  const page = await browser.newPage();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<PageReport>((resolve, reject) => {
      const fail = (what: string): void => reject(new Error(`bench:browser: the page ${what}`));
      timer = setTimeout(() => {
        fail(`was not done after ${TIME_LIMIT_MS / 1000} s`);
      }, TIME_LIMIT_MS);
      server.onTold = (message) => {
        if ('report' in message) resolve(message.report);
        else fail(`failed: ${message.error}`);
      };
      page.on('crash', () => fail('crashed'));
      page.on('pageerror', reject);
      page.goto(server.url).catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await page.close();
    await server.close();
  }
}
