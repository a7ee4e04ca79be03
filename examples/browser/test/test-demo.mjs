// `npm run test:demo`: the demo's static site in headless Chromium, clicked through: it trains, reads a drawing, pauses,
// keeps a model and opens it, without and with cross-origin isolation; takes files; has no findings of axe-core, light,
// dark, on phones and in the system's colours; says what goes wrong; and goes on where the browser lacks something. So it
// does with the pages of the GPT and of your own classes. Writes screenshots into build/demo/. LANEGRAD_DATA_DIR names a folder with MNIST and
// Shakespeare's plays; without it the built-in digits and scenes do.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../../scripts/browsers/chromium.mjs';
import { accessibility } from './accessibility.mjs';
import { filesWork } from './files.mjs';
import { gptVisits } from './gpt.mjs';
import { obstacles } from './obstacles.mjs';
import { assert, clickIf, drawSeven, mnist, says, shot, shots, site, text, train, untilDone, untilReady, visit } from './page.mjs'; // prettier-ignore
import { cameraOptions, teachVisits } from './teach.mjs';
import { isolation } from '../../../scripts/package/pages.mjs';

/** Trains, draws while it trains, pauses, goes on, keeps and opens the model. */
async function everything(page) {
  await untilReady(page);
  await train(page, mnist ? 2 : 40);
  await drawSeven(page);
  await page.waitForTimeout(1500);
  await shot(page, 'training', { fullPage: true });
  if (await clickIf(page, 'start', 'Pause')) {
    await says(page, /Paused|Done/);
    if ((await text(page, 'start')) === 'Resume') await page.locator('#start').click();
  }
  await untilDone(page);
  const accuracy = Number.parseFloat(await text(page, 'accuracy'));
  assert(accuracy > 90, `test accuracy ${accuracy} %`);
  const best = await page.locator('#bars .best').textContent();
  await shot(page, 'drawing', { fullPage: true });
  await page.locator('[data-save=browser]').click();
  await says(page, 'Saved');
  for (const name of ['keras', 'tfjs', 'safetensors']) {
    const download = page.waitForEvent('download');
    await page.locator(`[data-save=${name}]`).click();
    await download;
  }
  await page.locator('#reset').click();
  await says(page, 'A new network');
  await page.locator('[data-save=open]').click();
  await says(page, 'Opened');
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

/** What is proposed to try leaves every setting at a value, and the chart stands where a phone shows it while it trains. */
async function proposals(page) {
  await untilReady(page);
  const tops = [];
  for (const name of ['no hidden layer', 'huge steps', 'two layers']) {
    await page.locator('[data-try]', { hasText: name }).click();
    const values = await page.evaluate(() =>
      Object.fromEntries(new FormData(document.getElementById('settings'))),
    );
    const optimizer = name === 'two layers' ? 'adam' : 'rmsprop';
    assert(values.optimizer === optimizer, `${name}: the optimizer is '${values.optimizer}'`);
    await page.locator('#loss-chart canvas').waitFor();
    const { top, bottom, height } = await page.evaluate(() => {
      scrollTo(0, 0);
      const { top, bottom } = document.getElementById('loss-chart').getBoundingClientRect();
      return { top, bottom, height: innerHeight };
    });
    assert(bottom <= height, `${name}: the chart ends at ${bottom} of ${height}`);
    tops.push(Math.round(top));
    await untilDone(page);
    if (name === 'no hidden layer') await shot(page, 'phone-training');
  }
  return `the chart begins at ${tops.join(', ')}`;
}

async function short(page, name, epochs = 1) {
  await untilReady(page);
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
const { args, ...others } = launchOptions(chromiumPath());
const browser = await chromium.launch({ ...others, args: [...args, ...cameraOptions] });
const desktop = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const visits = {
  'light, as any page': { look: desktop, work: everything },
  'dark, isolated': {
    headers: isolation,
    look: { ...desktop, colorScheme: 'dark' },
    work: (page) => short(page, 'dark', 3),
  },
  'on a phone': { look: phone, work: (page) => short(page, 'phone') },
  'proposals on a phone': { look: phone, query: '', work: proposals },
  'files, isolated': { headers: isolation, query: '', work: filesWork },
  ...accessibility,
  ...obstacles,
  ...gptVisits,
  ...teachVisits,
};
// Names of visits choose them: `npm run test:demo -- "no IndexedDB"`.
const chosen = process.argv.slice(2);
try {
  for (const [name, what] of Object.entries(visits)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    try {
      console.log(`✓ ${name}: ${await visit(browser, what)}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`✗ ${name}\n    ${error.stack.replaceAll('\n', '\n    ')}`);
    }
  }
} finally {
  await browser.close();
}
