// The demo in headless Chromium: a visit of its page, and what one does there.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../../scripts/browsers/static-server.mjs';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const site = path.join(root, 'examples/browser/dist');
export const shots = path.join(root, 'build/demo');
const data = process.env.LANEGRAD_DATA_DIR;
/** The folder with Shakespeare's plays, if there is one. */
export const plays = data && [path.join(data, 'text')].find((folder) =>
  existsSync(path.join(folder, 'tinyshakespeare.txt.gz')),
); // prettier-ignore
/** The folder with MNIST, if there is one. */
export const mnist = data && [data, path.join(data, 'mnist')].find((folder) =>
  existsSync(path.join(folder, 'train-images-idx3-ubyte.gz')),
); // prettier-ignore

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

/** Draws a line on the pad through points in parts of its width. `drawn` is called between two of them. */
export async function draw(page, [first, ...points], drawn = () => {}) {
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const { x, y, width } = await page.locator('#pad').boundingBox();
  const at = ([a, b]) => [x + a * width, y + b * width];
  await page.mouse.move(...at(first));
  await page.mouse.down();
  for (const point of points) {
    await page.mouse.move(...at(point), { steps: 6 });
    await drawn();
  }
  await page.mouse.up();
}

const SEVEN = [[0.28, 0.25], [0.5, 0.25], [0.72, 0.25], [0.62, 0.48], [0.52, 0.68], [0.45, 0.82]]; // prettier-ignore

/** Draws a seven on the pad. */
export const drawSeven = (page, drawn) => draw(page, SEVEN, drawn);

/**
 * One visit of the page; gives what `work` tells of it.
 *
 * @param {{
 *   headers?: Record<string, string>, look?: object, made?: () => Record<string, string>, prepare?: (page) => Promise<void>,
 *   name?: string, query?: string, expected?: RegExp, work: (page) => Promise<string>,
 * }} visit
 *   `made`: files that stand in for those of the site; `prepare` comes before the page is loaded; `name`: which page, by
 *   default `index.html`; `query`: what it is to load; `expected`: errors in the console that belong to the visit
 */
export async function visit(
  browser,
  {
    headers = {},
    look = {},
    made = () => ({}),
    prepare,
    name = 'index.html',
    query,
    expected,
    work,
  },
) {
  const server = await serve({
    folders: {
      ...(mnist ? { '/mnist/': mnist } : {}),
      ...(plays ? { '/plays/': plays } : {}),
      '/': site,
    },
    made: made(),
    headers,
  });
  const page = await browser.newPage(look);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.stack));
  page.on('console', (message) => {
    // MNIST is looked for under two names of its folder and files.
    const isKnown = message.text().includes('404') || expected?.test(message.text());
    if (message.type() === 'error' && !isKnown) errors.push(message.text());
  });
  try {
    await page.addInitScript(record);
    await prepare?.(page);
    await page.goto(`${server.origin}/${name}${query ?? (mnist ? '?mnist=/mnist' : '')}`);
    const told = await work(page);
    assert(errors.length === 0, errors.join('\n'));
    return told;
  } finally {
    await page.close();
    await server.close();
  }
}

/** Runs in the page: keeps what it says, since some of it is soon followed by something else. */
function record() {
  globalThis.told = { status: [], said: [] };
  globalThis.heard = 0;
  addEventListener('DOMContentLoaded', () => {
    for (const [id, texts] of Object.entries(globalThis.told)) {
      const place = document.getElementById(id);
      const changed = () => texts.push(place.textContent);
      new MutationObserver(changed).observe(place, { childList: true, characterData: true, subtree: true });
    }
  });
} // prettier-ignore

/** Waits until a screen reader has been given such a text. */
export const isSaid = (page, text) =>
  page.waitForFunction((text) => globalThis.told.said.some((told) => told.includes(text)), text, {
    timeout: 60_000,
  });

/** Waits until the page shows such a status, or has shown it since the last one that was waited for. */
export const says = (page, text, timeout = 60_000) =>
  page.waitForFunction(
    (source) => {
      const { status } = globalThis.told;
      const pattern = new RegExp(source);
      const shown = [...status.slice(globalThis.heard), document.getElementById('status').textContent];
      if (!shown.some((told) => pattern.test(told))) return false;
      globalThis.heard = status.length;
      return true;
    },
    text instanceof RegExp ? text.source : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    { timeout },
  ); // prettier-ignore

/** Clicks the main button, and waits until the page has said that it trains. */
export async function startTraining(page) {
  await page.evaluate(() => (globalThis.heard = globalThis.told.status.length));
  await page.locator('#start').click();
  await says(page, 'Training');
}

/** Clicks a button if it bears such a text at that moment; gives whether it did. */
export const clickIf = (page, id, label) =>
  page.evaluate(
    ([id, label]) => {
      const button = document.getElementById(id);
      const does = button.textContent.includes(label);
      if (does) button.click();
      return does;
    },
    [id, label],
  );

/** Waits until the page can train. */
export const untilReady = (page) => page.locator('#start:enabled').waitFor({ timeout: 60_000 });

/** The same, as an error. */
export const complains = (page, hasText) =>
  page.locator('#status.error', { hasText }).waitFor({ timeout: 60_000 });

export const text = (page, id) => page.locator(`#${id}`).textContent();
export const shot = (page, name, options = {}) =>
  page.screenshot({ path: path.join(shots, `${name}.png`), ...options });

export async function train(page, epochs) {
  await page.locator('[name=epochs]').fill(String(epochs));
  await startTraining(page);
}

export const untilDone = (page) => says(page, 'Done', 240_000);

/** What the network says to the drawing, once it has read all of it. */
export async function reading(page) {
  await page.locator('#bars[aria-busy=false] .best').waitFor();
  return text(page, 'bars');
}
