// What the page is for a person who sees it on a phone, in the dark, in the system's colours or with large text, or does not see
// it: axe-core's rules, and what no rule can know.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, complains, drawSeven, isSaid, root, says, shot, text, train, untilDone, untilReady } from './page.mjs'; // prettier-ignore

const axe = readFileSync(path.join(root, 'examples/browser/node_modules/axe-core/axe.min.js'), 'utf8'); // prettier-ignore

/** Every rule of axe-core holds, best practices too; what axe-core cannot decide is no finding. */
export async function noFindings(page, moment) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
  assert(told.length === 0, `axe-core, ${moment}:\n${told.join('\n')}`);
}

/** There is one place whose changes a screen reader says. */
async function oneLiveRegion(page) {
  const live = '[aria-live], [role=status], [role=alert], [role=log], [role=timer], output';
  const found = await page.locator(live).evaluateAll((all) => all.map(({ id }) => id));
  assert(found.join() === 'said', `live regions: ${found}`);
}

/** A chart is a picture whose name tells its data. */
async function chartSays(page, chart, expected) {
  const name = await page.getByRole('img', { name: expected }).getAttribute('id');
  assert(name === chart, `${expected} is said by ${name}`);
}

/** The main button is in the first view, and nothing but the links between the pages stands before it. */
async function beginsWithTheButton(page) {
  const { first, bottom, steps, height } = await page.evaluate(() => {
    scrollTo(0, 0);
    const bottomOf = (selector) => document.querySelector(selector).getBoundingClientRect().bottom;
    return {
      first: document.querySelector(':is(button, input, select, a, [tabindex]):not(nav a)').id,
      bottom: bottomOf('#start'),
      steps: bottomOf('.steps'),
      height: innerHeight,
    };
  });
  assert(first === 'start', `the page begins with #${first}`);
  assert(bottom <= height / 2, `the main button ends at ${bottom} of ${height}`);
  assert(steps <= height, `what to try ends at ${steps} of ${height}`);
}

/** Nothing is wider than its place. */
export async function fits(page, moment) {
  const wide = await page.evaluate(() => {
    const places = '#status, #answer, dd, dt, td, th, button, label, figure, li, .bars span, h2, p';
    const found = [...document.querySelectorAll(places)].filter(
      (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline',
    );
    // What a select shows is cut without a trace: as wide as its options would be is a copy of it.
    for (const select of document.querySelectorAll('select')) {
      const copy = select.cloneNode(true);
      copy.style.cssText = 'width: max-content; position: absolute; visibility: hidden';
      select.parentNode.append(copy);
      if (copy.offsetWidth > select.offsetWidth + 1) found.push(select);
      copy.remove();
    }
    const over = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
    return [...over, ...found.filter(({ id }) => id !== 'said' && id !== 'pad-help').map(({ outerHTML }) => outerHTML.slice(0, 80))]; // prettier-ignore
  });
  assert(wide.length === 0, `too wide, ${moment}:\n${wide.join('\n')}`);
}

/** Nothing is, on narrow screens and with large text. */
export async function fitsEverywhere(page, name) {
  for (const [width, size] of [[320, 100], [390, 200], [1280, 200]]) {
    await page.setViewportSize({ width, height: 640 });
    await page.evaluate((percent) => (document.documentElement.style.fontSize = `${percent}%`), size);
    await page.waitForTimeout(300);
    await fits(page, `${width} px wide with text of ${size} %`);
    await noFindings(page, `${width} px wide with text of ${size} %`);
    await shot(page, `${name}-${width}-${size}`, { fullPage: true });
  } // prettier-ignore
  return 'all fits at 320 px, and with text twice as large';
}

/** A page as it is when it can be used. */
export async function firstView(page, name, moment) {
  await oneLiveRegion(page);
  await beginsWithTheButton(page);
  await noFindings(page, moment);
  await shot(page, `${name}-first-view`);
}

/** A page as it is when its network has learned. */
export async function lastView(page, name, moment) {
  await noFindings(page, moment);
  await oneLiveRegion(page);
  await fits(page, moment);
  await shot(page, name, { fullPage: true });
}

/** Before, during and after a training. */
function whole(name) {
  return async (page) => {
    await untilReady(page);
    await firstView(page, name, 'before the training');
    await chartSays(page, 'loss-chart', 'Loss: no values yet');
    await drawSeven(page);
    await page.locator('#answer', { hasText: 'untrained, so it guesses' }).waitFor();
    await isSaid(page, 'untrained, so it guesses');
    await train(page, 2000);
    await isSaid(page, 'Training');
    await page.locator('#accuracy', { hasText: '%' }).waitFor();
    await noFindings(page, 'while it trains');
    await page.locator('#start').click();
    await says(page, 'Paused');
    // 192 batches: the training line, a point of which is a mean of 8, ends where the last test point is.
    await train(page, 16);
    await untilDone(page);
    await chartSays(page, 'accuracy-chart', /^Accuracy over 16 of 16 epochs\. Training images: from \d.* to 9\d.* %\. Test images: from \d.* to 9\d.* %\.$/); // prettier-ignore
    await page.locator('#answer', { hasText: 'sure' }).waitFor();
    if (name === 'desktop-light') await lastPoint(page);
    assert(/^a worker, on \d+ thread/.test(await text(page, 'place')), await text(page, 'place'));
    await lastView(page, name, 'after the training');
    return 'no findings before, while and after it trains';
  };
}

/** A setting that cannot be is named, with what it takes. */
async function settings(page) {
  await untilReady(page);
  const wrong = [
    ['batch', '', '“Batch size” is empty: it takes a whole number from 1 on.'],
    ['epochs', '2.5', '“Epochs” cannot be 2.5: it takes a whole number from 1 on.'],
    ['threads', '999', /^“Threads” cannot be 999: it takes a whole number from 1 to \d+\.$/],
    ['rate', '', '“Learning rate” is empty: it takes a number from 0 on.'],
    ['layers', 'many', '“Hidden layers” takes sizes'],
  ];
  for (const [name, value, told] of wrong) {
    const field = page.locator(`[name=${name}]`);
    const before = await field.inputValue();
    await field.fill(value);
    await page.locator('#start').click();
    await complains(page, told);
    await field.fill(before);
  }
  await page.locator('[data-save=open]').click();
  await complains(page, 'There is no saved network in this browser yet.');
  await train(page, 15);
  await untilDone(page);
  return 'it names what is wrong, and trains when that is mended';
}

/** The last test point is drawn, at the right edge of its chart: there the picture is as high as a point, not as a line. */
async function lastPoint(page) {
  const height = await page.evaluate(() => {
    const canvas = document.querySelector('#accuracy-chart canvas');
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const accent = getComputedStyle(document.querySelector('.primary')).backgroundColor;
    const [red, green, blue] = accent.match(/\d+/g).map(Number);
    const difference = (i) =>
      [red, green, blue].reduce((sum, value, k) => sum + Math.abs(data[i + k] - value), 0);
    /** How many pixels of a column have the colour of the test. */
    const drawn = (x) => {
      let count = 0;
      for (let i = 4 * x; i < data.length; i += 4 * width) {
        if (data[i + 3] > 200 && difference(i) < 30) count++;
      }
      return count;
    };
    let right = width - 1;
    while (right > 0 && drawn(right) === 0) right--;
    return Math.max(...[0, 1, 2, 3].map((back) => drawn(right - back))) / devicePixelRatio;
  });
  assert(height >= 5, `the last test point is ${height} px high`);
}

/** Large text, a narrow screen, and numbers that have no end. */
async function narrow(page) {
  await untilReady(page);
  await page.locator('[data-try]', { hasText: 'huge steps' }).click();
  await untilDone(page);
  return fitsEverywhere(page, 'narrow');
}

/** What goes wrong is said in words, to eyes and ears. */
async function divergence(page) {
  await untilReady(page);
  await page.locator('[data-try]', { hasText: 'huge steps' }).click();
  await page.locator('#status.warning', { hasText: /loss is \S+, while guessing would give 2\.3\. The steps are too large: the learning rate is 10/ }).waitFor(); // prettier-ignore
  await isSaid(page, 'Training is diverging');
  await says(page, 'Done, but the network has not learned');
  await noFindings(page, 'after it has diverged');
  await page.locator('[name=rate]').fill('1e30');
  await page.locator('#start').click();
  await page.locator('#status.warning', { hasText: 'the loss is no longer a number' }).waitFor();
  await page.locator('#start', { hasText: 'Train again' }).waitFor();
  await drawSeven(page);
  await page.locator('#answer', { hasText: 'No answer' }).waitFor();
  await isSaid(page, 'No answer');
  await shot(page, 'diverged', { fullPage: true });
  await page.locator('[name=rate]').fill('0');
  await page.locator('#start').click();
  await says(page, /hardly learned: it reads .* % of the test images correctly, and guessing would give 10 %/); // prettier-ignore
  await page.locator('[name=rate]').fill('0.001');
  await page.locator('#start').click();
  await page.locator('#status.news', { hasText: 'Done. The network reads 9' }).waitFor();
  return 'a loss that rises, a loss of NaN, and a network that does not learn';
}

/** In the system's colours everything is still there, and what is drawn changes with them. */
async function forced(page) {
  const told = await whole('forced-colors')(page);
  const look = () =>
    page.evaluate(() => {
      const { width, height } = document.getElementById('pad');
      const ink = document.getElementById('pad').getContext('2d').getImageData(0, 0, width, height);
      const at = ink.data.findIndex((value, i) => i % 4 === 3 && value === 255);
      const bar = document.querySelector('.best i');
      return {
        ink: `rgb(${[...ink.data.slice(at - 3, at)].join(', ')})`,
        text: getComputedStyle(document.body).color,
        bar: getComputedStyle(bar).backgroundImage,
        chart: document.querySelector('#loss-chart canvas').toDataURL(),
      };
    });
  const dark = await look();
  assert(dark.ink === dark.text, `the drawing is ${dark.ink}, the text ${dark.text}`);
  assert(dark.bar.includes('gradient'), 'the bars are empty');
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
  await page.waitForTimeout(500);
  const light = await look();
  assert(light.ink === light.text && light.ink !== dark.ink, `the drawing stays ${light.ink}`);
  assert(light.chart !== dark.chart, 'the charts stay as they were');
  await noFindings(page, 'in the light colours of the system');
  await shot(page, 'forced-colors-light', { fullPage: true });
  return `${told}; the drawings follow`;
}

export const desktop = { viewport: { width: 1280, height: 900 } };
export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
};
const small = { ...phone, viewport: { width: 360, height: 640 } };
const plain = { query: '' };

export const accessibility = {
  'light, on a desktop': { ...plain, look: { ...desktop, colorScheme: 'light' }, work: whole('desktop-light') },
  'dark, on a desktop': { ...plain, look: { ...desktop, colorScheme: 'dark' }, work: whole('desktop-dark') },
  'light, on a phone': { ...plain, look: { ...phone, colorScheme: 'light' }, work: whole('phone-light') },
  'dark, on a small phone': { ...plain, look: { ...small, colorScheme: 'dark' }, work: whole('phone-dark') },
  'colours of the system': { ...plain, look: { ...desktop, colorScheme: 'dark', forcedColors: 'active' }, work: forced },
  'narrow, with large text': { ...plain, look: desktop, work: narrow },
  'settings that cannot be': { ...plain, look: desktop, work: settings },
  'trainings that go wrong': { ...plain, look: desktop, work: divergence },
}; // prettier-ignore
