// `npm run pictures`: the pictures of the pages in README.md and docs/, from the site as it is built. Both networks learn
// first, MNIST for 5 epochs and Shakespeare's plays for 2,000 steps, so LANEGRAD_DATA_DIR has to name a folder with both.
// docs/training.webp is a film of the digits page, which is why the package has to be built as well.
// Names choose pictures: `npm run pictures -- training`.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../../scripts/browsers/chromium.mjs';
import { camera, filmOf } from './film.mjs';
import { draw, drawSeven, mnist, plays, reading, root, says, site, startTraining, train, untilReady, visit } from './page.mjs'; // prettier-ignore
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

/** A three in parts of the pad: two arcs, from their angles in turns. */
const THREE = [[0.34, 0.48, 0.16, -0.45, 0.22], [0.64, 0.5, 0.19, -0.25, 0.43]].flatMap(
  ([y, x, radius, from, to]) =>
    Array.from({ length: 9 }, (_, i) => {
      const angle = 2 * Math.PI * (from + ((to - from) * i) / 8);
      return [x + 1.15 * radius * Math.cos(angle), y + radius * Math.sin(angle)];
    }),
); // prettier-ignore

/** How the digits page learns: a three is drawn before and read better and better, a seven afterwards. */
async function training(page) {
  await untilReady(page);
  await page.locator('[name=epochs]').fill('5');
  await page.addStyleTag({ content: '.steps { display: none }' });
  const { bottom } = await page.locator('.curves').evaluate((curves) => {
    scrollTo(0, 0);
    return curves.getBoundingClientRect().toJSON();
  });
  const clip = { x: 0, y: 0, width: small.viewport.width, height: Math.ceil(bottom) + 8 };
  const { shots, take, follow } = camera(page, clip);
  await take(400);
  await draw(page, THREE, () => take(60));
  await reading(page);
  await take(900);
  await startTraining(page);
  await follow(says(page, 'Done', PATIENCE_MS), 30, 140);
  await take(1500);
  await page.locator('#clear').click();
  await take(300);
  await drawSeven(page, () => take(60));
  await reading(page);
  await take(3000);
  const { bytes, frames } = await filmOf(shots);
  const file = path.join(root, 'docs/training.webp');
  writeFileSync(file, bytes);
  return `${path.relative(root, file)}, ${clip.width} × ${clip.height}, ${frames} frames, ${Math.ceil(bytes.length / 1000)} kB`;
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
const small = { ...look, viewport: { width: 1150, height: 800 } };
const visits = {
  training: { headers: isolation, look: small, work: training },
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
