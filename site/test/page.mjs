// The built site in headless browsers: where it is, how a page is opened, and what holds on every page. A visit with
// `anywhere` asks its page only for what both playwright's pages and those of scripts/browsers/firefox.mjs have.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const site = path.join(root, 'build/site');
export const shots = path.join(root, 'build/site-shots');

const home = path.join(site, 'index.html');
/** Where on its server the site was built to be: `npm run site -- --base /lanegrad/`. */
export const base = existsSync(home)
  ? (/(?:href|src)="(\/(?:[\w.-]+\/)*)assets\//.exec(readFileSync(home, 'utf8'))?.[1] ?? '/')
  : undefined;

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

const axe = readFileSync(path.join(root, 'site/node_modules/axe-core/axe.min.js'), 'utf8');

/** What a browser is like. */
export const looks = {
  desktop: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
};

const addressOf = (origin, at) => `${origin}${base}${at.replace(/^\//, '')}`;

/**
 * Opens a page, gives what `work` tells of it, and closes it. Errors of the page fail the visit, and so do requests that
 * leave the site. `prepare` comes before the page is loaded.
 */
export async function visit(browser, origin, { at = '/', look = looks.desktop, prepare, work }) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}${base}`) && !/^(data|blob):/.test(url))
      faults.push(`asked for ${url}`);
  });
  try {
    await prepare?.(page);
    await page.goto(addressOf(origin, at));
    // Buttons work once the page's program runs.
    await page.waitForFunction(() => document.querySelector('#app')?.__vue_app__ !== undefined);
    const told = await work(page);
    assert(faults.length === 0, `${at}: ${faults.join('\n')}`);
    return told;
  } finally {
    await context.close();
  }
}

/** The same in the only page of Firefox. */
export async function visitInFirefox(page, origin, { at = '/', look = looks.desktop, work }) {
  await page.emulateMedia(look);
  await page.setViewportSize(look.viewport);
  await page.goto(addressOf(origin, at));
  await page.waitForFunction(() => document.querySelector('#app')?.__vue_app__ !== undefined);
  const told = await work(page);
  const faults = await page.errorsOf(origin);
  assert(faults.length === 0, `${at}: ${faults.join('\n')}`);
  return told;
}

/** Waits until the page says what a pattern describes. */
export const says = (page, pattern, timeout = 30_000) =>
  page.waitForFunction(
    ({ source, flags }) =>
      new RegExp(source, flags).test(document.querySelector('#app')?.innerText ?? ''),
    { source: pattern.source, flags: pattern.flags },
    { timeout },
  );

/** Presses a button by its text. */
export async function press(page, text) {
  const isThere = await page.evaluate((text) => {
    const all = [...document.querySelectorAll('button')];
    const button = all.find(({ textContent }) => textContent.trim() === text);
    button?.click();
    return button !== undefined;
  }, text);
  assert(isThere, `there is no button '${text}'`);
}

/** Every rule of axe-core holds; what VitePress itself is to be blamed for is listed. */
export async function noFindings(page, moment) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
    );
  });
  assert(found.length === 0, `axe-core, ${moment}:\n${found.slice(0, 12).join('\n')}`);
}

/** Nothing is wider than the screen, except what scrolls by itself. */
export async function fits(page) {
  const { over, inner } = await page.evaluate(() => ({
    over: document.documentElement.scrollWidth,
    inner: innerWidth,
  }));
  assert(over <= inner, `the page is ${over} wide on a screen of ${inner}`);
}

export const shot = (page, name, options = {}) =>
  page.screenshot({
    path: path.join(shots, `${page.isFirefox === true ? 'firefox-' : ''}${name}.png`),
    ...options,
  });
