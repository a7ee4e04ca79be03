// `npm run pictures`: the pictures of the pages in README.md and docs/, from the site as it is built. Both networks learn
// first, MNIST for 5 epochs and Shakespeare's plays for 2,000 steps, so LANEGRAD_DATA_DIR has to name a folder with both.
// Names choose pictures: `npm run pictures -- gpt`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../../scripts/browsers/chromium.mjs';
import { drawSeven, mnist, plays, reading, root, says, site, startTraining, train, untilReady, visit } from './page.mjs'; // prettier-ignore
import { isolation } from '../../../scripts/package/pages.mjs';

/** A training on a slow machine. */
const PATIENCE_MS = 3_600_000;

/** The page from its top to below an element. */
async function picture(page, name, last) {
  await page.evaluate(() => {
    document.activeElement.blur();
    scrollTo(0, 0);
  });
  const { bottom } = await page.evaluate(
    (selector) => document.querySelector(selector).getBoundingClientRect().toJSON(),
    last,
  );
  const file = path.join(root, 'docs', `${name}.png`);
  const clip = { x: 0, y: 0, width: 1280, height: Math.ceil(bottom) + 8 };
  await page.screenshot({ path: file, clip, fullPage: true });
  return `${path.relative(root, file)}, ${clip.width} × ${clip.height}`;
}

async function digits(page) {
  await untilReady(page);
  await train(page, 5);
  await says(page, 'Done', PATIENCE_MS);
  await drawSeven(page);
  await reading(page);
  return picture(page, 'demo', '.settings');
}

async function gpt(page) {
  await untilReady(page);
  await page.locator('[name=size]').selectOption('usual');
  await startTraining(page);
  await says(page, 'Done', PATIENCE_MS);
  await page.locator('#sample-title', { hasText: 'Step 2,000' }).waitFor();
  await page.locator('#sample:not(.writing)').waitFor();
  await page.locator('#write').click();
  await page.locator('#write', { hasText: 'Stop' }).waitFor();
  await page.locator('#write', { hasText: 'Write' }).waitFor();
  return picture(page, 'gpt', '.looks');
}

const look = { viewport: { width: 1280, height: 970 }, colorScheme: 'light' };
const visits = {
  demo: { headers: isolation, look, work: digits },
  gpt: { headers: isolation, look, name: 'gpt.html', query: '?text=/plays/tinyshakespeare.txt.gz', work: gpt }, // prettier-ignore
};

const missing = [
  !existsSync(path.join(site, 'index.html')) && 'the site: run `npm run demo:build`',
  mnist === undefined && 'MNIST in LANEGRAD_DATA_DIR',
  plays === undefined && 'tinyshakespeare.txt.gz in the folder text of LANEGRAD_DATA_DIR',
].filter(Boolean);
if (missing.length > 0) {
  console.error(`pictures: there is no ${missing.join('; no ')}.`);
  process.exit(1);
}
const chosen = process.argv.slice(2);
const browser = await chromium.launch(launchOptions(chromiumPath()));
try {
  for (const [name, what] of Object.entries(visits)) {
    if (chosen.length === 0 || chosen.includes(name)) console.log(await visit(browser, what));
  }
} finally {
  await browser.close();
}
