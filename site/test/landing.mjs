// The home page: its network trains by itself and can be stopped, changed and seen in all looks; its size and speed.
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, base, fits, looks, noFindings, press, says, shot, site } from './page.mjs';

/** Bytes, compressed, that the home page may load before a click. */
const LIMIT = 250_000;

const facts = (page) =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll('.lab-facts dd'), ({ textContent }) => textContent),
  );

const steps = async (page) => Number((await facts(page))[2].replace(',', '')) || 0;

const untilLearned = (page) => says(page, /It has learned all/, 180_000);

async function trains(page, name) {
  await page.waitForFunction(() => document.querySelector('.lab-facts')?.dataset.firstStep > 0);
  await page.waitForTimeout(700);
  await shot(page, `home-${name}`);
  await noFindings(page, 'while it trains');
  await page.evaluate(() => document.querySelector('.lab canvas').scrollIntoView());
  await untilLearned(page);
  await fits(page);
  await shot(page, `home-${name}-learned`, { fullPage: true });
  const [loss, wrong, count] = await facts(page);
  assert(wrong === '0 of 200', `still wrong: ${wrong}`);
  return `${count} steps to a loss of ${loss}`;
}

/** The figures of the page: what it loads, when the first step is done, and frames while it trains. */
async function figures(page, asked) {
  await page.waitForFunction(() => document.querySelector('.lab-facts')?.dataset.firstStep > 0);
  const { first, frames } = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const first =
          Number(document.querySelector('.lab-facts').dataset.firstStep) - performance.timeOrigin;
        const started = performance.now();
        let count = 0;
        requestAnimationFrame(function next() {
          count += 1;
          const spent = performance.now() - started;
          if (spent < 2000) requestAnimationFrame(next);
          else resolve({ first, frames: (count / spent) * 1000 });
        });
      }),
  );
  const files = [...new Set(asked)].map((name) =>
    name.slice(base.length).replace(/(^|\/)$/, '$1index.html'),
  );
  const bytes = files.reduce(
    (sum, name) => sum + gzipSync(readFileSync(path.join(site, name)), { level: 9 }).length,
    0,
  );
  assert(bytes <= LIMIT, `the page loads ${bytes} bytes before a click: ${files.join(', ')}`);
  return `${(bytes / 1000).toFixed(1)} kB gzip in ${files.length} files; first step after ${Math.round(first)} ms; ${frames.toFixed(0)} frames a second`;
}

async function obeys(page) {
  await page.waitForFunction(() => document.querySelector('.lab-facts')?.dataset.firstStep > 0);
  await press(page, 'Pause');
  await page.waitForTimeout(300);
  const paused = await steps(page);
  await page.waitForTimeout(500);
  assert((await steps(page)) === paused, 'it trains while it is paused');
  await page.locator('.lab select').selectOption('rings');
  await page.getByLabel('as fast as it can').check();
  await untilLearned(page);
  await page.locator('.lab select').selectOption('none');
  await page.getByText('Click into the plane').waitFor();
  const canvas = page.locator('.lab canvas');
  await canvas.click({ position: { x: 60, y: 60 } });
  await page.getByLabel('red', { exact: true }).check();
  await canvas.click({ position: { x: 200, y: 200 } });
  await page.getByRole('button', { name: 'Add one anywhere' }).click();
  await page.getByText(/It has learned all 3 points/).waitFor({ timeout: 60_000 });
  return 'paused, took other points, and three of its visitor';
}

async function isCalm(page) {
  await page.waitForTimeout(1500);
  assert((await steps(page)) === 0, 'it trains before a click, though less motion is wished');
  await press(page, 'Train');
  await untilLearned(page);
  return 'waits for a click';
}

export const landing = (asked) => ({
  'home, figures': { work: (page) => figures(page, asked()) },
  'home, desktop': { anywhere: true, work: (page) => trains(page, 'desktop') },
  'home, dark': { look: looks.dark, anywhere: true, work: (page) => trains(page, 'dark') },
  'home, phone': { look: looks.phone, anywhere: true, work: (page) => trains(page, 'phone') },
  'home, used': { work: obeys },
  'home, less motion': { look: { ...looks.desktop, reducedMotion: 'reduce' }, work: isCalm },
});
