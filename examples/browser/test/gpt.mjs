// The page on which a GPT learns: it learns, writes, is looked into, saved, opened and given other texts.
import { readFile } from 'node:fs/promises';
import { isolation } from '../../../scripts/package/pages.mjs';
import { desktop, firstView, fitsEverywhere, lastView, noFindings, phone } from './accessibility.mjs'; // prettier-ignore
import { workerAfter } from './obstacles.mjs';
import { assert, clickIf, complains, isSaid, plays, says, shot, startTraining, text, untilReady } from './page.mjs'; // prettier-ignore

/** Trains a small network for so many steps. */
async function learn(page, steps) {
  await page.locator('[name=size]').selectOption('small');
  await page.locator('[name=context]').fill('32');
  await page.locator('[name=steps]').fill(String(steps));
  await startTraining(page);
}

const untilDone = (page) => says(page, 'Done. On unseen text', 240_000);
const unseen = async (page) => Number(await text(page, 'unseen'));

/** The network goes on after a beginning; gives what it wrote. */
async function compose(page, beginning) {
  await page.locator('#prompt').fill(beginning);
  await page.locator('#write').click();
  await page.waitForFunction(
    (length) => document.getElementById('reply').textContent.length >= length + 60,
    beginning.length,
  );
  await clickIf(page, 'write', 'Stop');
  await page.locator('#write', { hasText: 'Write' }).waitFor();
  return (await text(page, 'reply')).slice(beginning.length);
}

/** Learns, pauses, goes on; writes; is looked into with mouse and keyboard; is downloaded and opened again. */
async function everything(page) {
  await untilReady(page);
  await page.locator('#sample-title', { hasText: 'Before it learns' }).waitFor();
  await learn(page, 150);
  await page.locator('#samples li', { hasText: 'Before it learns' }).waitFor({ timeout: 120_000 });
  await clickIf(page, 'start', 'Pause');
  await says(page, /Paused|Done/);
  if ((await text(page, 'start')) === 'Continue') {
    const [step] = (await text(page, 'step')).split(' / ');
    await startTraining(page);
    await untilDone(page);
    assert((await text(page, 'step')) === '150 / 150', `it started over after step ${step}`);
  }
  const loss = await unseen(page);
  // The frequencies of characters alone have 3.35.
  assert(loss < 3.2, `the loss on unseen text is ${loss}`);
  const written = await compose(page, 'ROMEO:\n');
  await looking(page);
  await shot(page, 'gpt', { fullPage: true });

  const download = page.waitForEvent('download');
  await page.locator('[data-save=keras]').click();
  const file = await readFile(await (await download).path());
  await page.locator('#reset').click();
  await says(page, 'A new network');
  await page
    .locator('#files')
    .setInputFiles({ name: 'gpt.keras', mimeType: 'application/zip', buffer: file });
  await says(page, 'Opened gpt.keras. It has trained for 150 steps');
  assert((await page.locator('[name=steps]').inputValue()) === '650', 'it proposes no more steps');
  await page.locator('[name=steps]').fill('200');
  await page.locator('#start').click();
  await untilDone(page);
  assert((await text(page, 'step')) === '200 / 200', 'it does not go on');
  assert((await unseen(page)) < loss + 0.05, 'it has forgotten what it had learned');
  await page.locator('[data-save=browser]').click();
  await says(page, 'Saved');
  await page.locator('[data-save=open]').click();
  await says(page, 'Opened the saved network. It has trained for 200 steps');
  return `loss ${loss} after 150 steps; it writes ${JSON.stringify(written.slice(0, 40))}`;
}

/** Heads, characters and lines are chosen. */
async function looking(page) {
  await page.locator('#line').fill('But, soft! what light');
  const [first, last] = ['Block 1, head 1', 'Block 2, head 2'];
  await page.getByRole('radio', { name: first }).focus();
  await page.keyboard.press('Space');
  const picture = page.locator('#attention');
  const label = () => picture.getAttribute('aria-label');
  assert((await label()).startsWith('Attention of block 1, head 1 in “But,␣soft!'), await label());
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  assert(await page.getByRole('radio', { name: last }).isChecked(), `${last} is not chosen`);
  assert((await label()).startsWith('Attention of block 2, head 2'), await label());
  await page.locator('#letter').fill('7');
  const heard = await page.locator('#letter').getAttribute('aria-valuetext');
  assert(/^f, character 8: looks at . \d+ %/.test(heard), heard);
  const { width, height } = await picture.boundingBox();
  await picture.hover({ position: { x: width / 2, y: height - 2 } });
  assert((await page.locator('#letter').inputValue()) === '20', 'the mouse chooses no row');
  await page.locator('#expected .best, #expected li').first().waitFor();
}

/** Other texts, and what is none. */
async function texts(page) {
  await untilReady(page);
  await page.locator('#scenes').click();
  await says(page, /untrained. It has 19,\d\d\d characters/);
  await page.locator('#address').fill(`${new URL(page.url()).origin}/no-such.txt`);
  await page.locator('#load-text button[type=submit]').click();
  await complains(page, 'answers 404 for /no-such.txt');
  await page.locator('#address').fill(`${new URL(page.url()).origin}/index.html`);
  await page.locator('#load-text button[type=submit]').click();
  await complains(page, 'answers /index.html with a web page');
  const choose = (name, content) =>
    page.locator('#files').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) }); // prettier-ignore
  await choose('picture.png', '\x89PNG\0\0');
  await complains(page, 'picture.png: picture.png is not a text');
  await choose('short.txt', 'To be, or not to be. '.repeat(20));
  await complains(page, 'short.txt: The text has 420 characters; its last tenth must be longer');
  await choose('gpt.keras', 'To be');
  await complains(page, 'gpt.keras');
  assert((await text(page, 'text-size')).startsWith('19,'), 'the text of before is gone');
  await choose('ode.txt', 'Öde Küste, grüne Flut; süßer Wind und schwüle Glut.\r\n'.repeat(60));
  await says(page, /untrained. It has 3,\d\d\d characters/);
  await learn(page, 50);
  await untilDone(page);
  await page.locator('#prompt').fill('Öde Ξ');
  await page.locator('#write').click();
  await says(page, 'The training text has no “Ξ”');
  await page.locator('#write', { hasText: 'Write' }).waitFor({ timeout: 60_000 });
  assert((await text(page, 'reply')).startsWith('Öde '), await text(page, 'reply'));
  return 'scenes, a custom text, and what is not a text';
}

/** Without a worker the page trains itself. */
async function inThePage(page) {
  await untilReady(page);
  await says(page, 'the network trains in the page itself');
  await learn(page, 60);
  await untilDone(page);
  const written = await compose(page, 'ROMEO:\n');
  return `it trains in the page and writes ${JSON.stringify(written.slice(0, 20))}`;
}

/** Where the text cannot be loaded, the page has scenes of its own, and says so. */
async function offline(page) {
  await untilReady(page);
  await page
    .locator('#status.warning', { hasText: 'four scenes that come with the page' })
    .waitFor();
  return text(page, 'status');
}

/** Runs in the page: keeps the texts of charts with the foot of each, and the heights of lines. */
function recordCharts() {
  const { prototype } = CanvasRenderingContext2D;
  const { fillText, moveTo } = prototype;
  globalThis.labels = new Map();
  let line = 0;
  prototype.moveTo = function (x, y) {
    line = y;
    return moveTo.call(this, x, y);
  };
  prototype.fillText = function (text, x, y) {
    const { actualBoundingBoxDescent } = this.measureText(text);
    globalThis.labels.set(text, line - (y + actualBoundingBoxDescent));
    return fillText.call(this, text, x, y);
  };
}

/** Each line of the chart stands below its label, not behind it. */
async function labels(page) {
  await untilReady(page);
  const gaps = await page.evaluate(() =>
    [...globalThis.labels].filter(([text]) => /guess|know/.test(text)),
  );
  assert(gaps.length === 3, `${gaps.length} labels`);
  for (const [text, gap] of gaps)
    assert(gap > 0, `the line of “${text}” is ${-gap} px above its foot`);
  return 'each label stands above its line';
}

/** On a slow device the network is small, and texts come more often. */
async function slow(page) {
  await untilReady(page);
  const told = await text(page, 'fit');
  assert(told.includes('so “automatic” chooses the small one'), told);
  assert((await page.locator('#heads > div').count()) === 2, 'the network is not small');
  await startTraining(page);
  await page.locator('#sample-title', { hasText: 'Step' }).waitFor({ timeout: 60_000 });
  const title = await text(page, 'sample-title');
  const [, step] = /^Step (\d+) loss \d\.\d\d on unseen text$/.exec(title) ?? [];
  assert(Number(step) < 50, `the first text: ${title}`);
  return `${told} The first text is of step ${step}`;
}

/** The worker's file with a pause of 0.2 s before each of its messages, of which a step sends one. */
const slowWorker = () =>
  workerAfter(`const { postMessage } = self;
self.postMessage = (...given) => {
  const end = performance.now() + 200;
  while (performance.now() < end);
  postMessage.apply(self, given);
};
`);

/** Before, during and after a training. */
function whole(name) {
  return async (page) => {
    await untilReady(page);
    await firstView(page, name, 'before the training');
    await learn(page, 100);
    await isSaid(page, 'Training');
    await noFindings(page, 'while it trains');
    await untilDone(page);
    const chart = page.getByRole('img', { name: /^Loss over 100 of 100 steps\. Training text: from [34]\.\d\d to [23]\.\d\d\. Unseen text: from .*guessing: 4\.\d\d\./ }); // prettier-ignore
    await chart.waitFor();
    await compose(page, 'ROMEO:\n');
    await lastView(page, name, 'after the training');
    return 'no findings before, while and after it trains';
  };
}

/** Large text and narrow screens. */
async function narrow(page) {
  await untilReady(page);
  await page.locator('#write').click();
  return fitsEverywhere(page, 'gpt-narrow');
}

const gpt = { name: 'gpt.html', query: plays ? '?text=/plays/tinyshakespeare.txt.gz' : '?text=/no-plays.txt' }; // prettier-ignore
const onDesktop = { ...desktop, colorScheme: 'light' };

export const gptVisits = {
  'GPT, light, isolated': { ...gpt, headers: isolation, look: onDesktop, work: everything },
  'GPT, texts': { ...gpt, look: onDesktop, work: texts },
  'GPT, workers forbidden by a policy': {
    ...gpt,
    headers: { ...isolation, 'content-security-policy': "worker-src 'none'" },
    expected: /Content Security Policy/,
    work: inThePage,
  },
  'GPT, no text': { ...gpt, query: '?text=/no-plays.txt', look: onDesktop, work: offline },
  'GPT, labels': { ...gpt, look: onDesktop, prepare: (page) => page.addInitScript(recordCharts), work: labels },
  'GPT, on a slow device': { ...gpt, look: onDesktop, made: slowWorker, work: slow },
  'GPT, light, on a desktop': { ...gpt, look: onDesktop, work: whole('gpt-desktop-light') },
  'GPT, dark, on a phone': { ...gpt, look: { ...phone, colorScheme: 'dark' }, work: whole('gpt-phone-dark') },
  'GPT, colours of the system': { ...gpt, look: { ...desktop, forcedColors: 'active' }, work: whole('gpt-forced-colors') },
  'GPT, narrow, with large text': { ...gpt, look: onDesktop, work: narrow },
}; // prettier-ignore
