// `npm run test:demo`: the demo's static site in headless Chromium, clicked through: it trains, reads a drawing, pauses,
// keeps a model and opens it, without and with cross-origin isolation. Writes screenshots into build/demo/.
// LANEGRAD_DATA_DIR names a folder with MNIST; without it the built-in digits do.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from './chromium.mjs';
import { isolation } from './package/pages.mjs';
import { serve } from './static-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = path.join(root, 'examples/browser/dist');
const shots = path.join(root, 'build/demo');
const data = process.env.LANEGRAD_DATA_DIR;
const mnist = data && [data, path.join(data, 'mnist')].find((folder) =>
  existsSync(path.join(folder, 'train-images-idx3-ubyte.gz')),
); // prettier-ignore

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

/** Draws a seven on the pad. */
async function drawSeven(page) {
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const { x, y, width } = await page.locator('#pad').boundingBox();
  const at = (a, b) => [x + a * width, y + b * width];
  await page.mouse.move(...at(0.28, 0.25));
  await page.mouse.down();
  for (const [a, b] of [[0.5, 0.25], [0.72, 0.25], [0.62, 0.48], [0.52, 0.68], [0.45, 0.82]]) {
    await page.mouse.move(...at(a, b), { steps: 6 });
  } // prettier-ignore
  await page.mouse.up();
}

/** One visit of the page; gives what is to be told of it. */
async function visit(browser, headers, look, work) {
  const server = await serve({
    folders: { ...(mnist ? { '/mnist/': mnist } : {}), '/': site },
    made: {},
    headers,
  });
  const page = await browser.newPage(look);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.stack));
  page.on('console', (message) => {
    // MNIST is looked for under two names of its folder and files.
    if (message.type() === 'error' && !message.text().includes('404')) errors.push(message.text());
  });
  try {
    await page.goto(`${server.origin}/index.html${mnist ? '?mnist=/mnist' : ''}`);
    await page.locator('#start:enabled').waitFor({ timeout: 60_000 });
    const told = await work(page);
    assert(errors.length === 0, errors.join('\n'));
    return told;
  } finally {
    await page.close();
    await server.close();
  }
}

const text = (page, id) => page.locator(`#${id}`).textContent();
const shot = (page, name, options = {}) =>
  page.screenshot({ path: path.join(shots, `${name}.png`), ...options });

async function train(page, epochs) {
  await page.locator('[name=epochs]').fill(String(epochs));
  await page.locator('#start').click();
  await page.locator('#status', { hasText: 'Training' }).waitFor();
}

const untilDone = (page) =>
  page.locator('#status', { hasText: 'Done' }).waitFor({ timeout: 240_000 });

/** Trains, draws while it trains, pauses, goes on, keeps and opens the model. */
async function everything(page) {
  await train(page, mnist ? 2 : 40);
  await drawSeven(page);
  await page.waitForTimeout(1500);
  await shot(page, 'training', { fullPage: true });
  if ((await text(page, 'start')) === 'Pause') {
    await page.locator('#start').click();
    await page.locator('#status', { hasText: /Paused|Done/ }).waitFor({ timeout: 60_000 });
    if ((await text(page, 'start')) === 'Resume') await page.locator('#start').click();
  }
  await untilDone(page);
  const accuracy = Number.parseFloat(await text(page, 'accuracy'));
  assert(accuracy > 90, `test accuracy ${accuracy} %`);
  const best = await page.locator('#bars .best').textContent();
  await shot(page, 'drawing', { fullPage: true });
  await page.locator('[data-save=browser]').click();
  await page.locator('#status', { hasText: 'Saved' }).waitFor();
  for (const name of ['keras', 'tfjs', 'safetensors']) {
    const download = page.waitForEvent('download');
    await page.locator(`[data-save=${name}]`).click();
    await download;
  }
  await page.locator('#reset').click();
  await page.locator('#status', { hasText: 'A new network' }).waitFor();
  await page.locator('[data-save=open]').click();
  await page.locator('#status', { hasText: 'Opened' }).waitFor();
  const again = await page.locator('#bars .best').textContent();
  assert(best === again, `the opened model reads ${again}, before it was ${best}`);
  // By keyboard: clear, lower the pen, draw.
  await page.locator('#pad').focus();
  for (const key of ['Delete', 'Space', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Space']) {
    await page.keyboard.press(key);
  }
  await page.locator('#bars .best').waitFor();
  return `test accuracy ${accuracy} %; the drawing is read as ${best.replace(/^(.)/, '$1: ')}`;
}

async function short(page, name, epochs = 1) {
  await train(page, mnist ? epochs : 15);
  await drawSeven(page);
  await untilDone(page);
  await shot(page, name, { fullPage: true });
  await page.evaluate(() => scrollTo(0, 0));
  await shot(page, `${name}-top`);
  const { over, inner } = await page.evaluate(() => ({
    over: document.documentElement.scrollWidth,
    inner: innerWidth,
  }));
  assert(over <= inner, `the page is ${over} wide on a screen of ${inner}`);
  return await text(page, 'backend');
}

if (!existsSync(path.join(site, 'index.html'))) {
  console.error('test:demo: the site is missing; run `npm run demo:build` first.');
  process.exit(1);
}
mkdirSync(shots, { recursive: true });
const browser = await chromium.launch(launchOptions(chromiumPath()));
const desktop = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const visits = {
  'light, as any page': [{}, desktop, everything],
  'dark, isolated': [
    isolation,
    { ...desktop, colorScheme: 'dark' },
    (page) => short(page, 'dark', 3),
  ],
  'on a phone': [{}, phone, (page) => short(page, 'phone')],
};
try {
  for (const [name, [headers, look, work]] of Object.entries(visits)) {
    try {
      console.log(`✓ ${name}: ${await visit(browser, headers, look, work)}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`✗ ${name}\n    ${error.stack.replaceAll('\n', '\n    ')}`);
    }
  }
} finally {
  await browser.close();
}
