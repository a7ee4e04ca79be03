// The pictures of the gallery, taken from the built site: node site/scripts/take-pictures.mjs, after `npm run site`.
//   node site/scripts/take-pictures.mjs plane teach     only these
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import { serve } from '../../scripts/browsers/static-server.mjs';
import { root, site } from '../test/page.mjs';

const folder = path.join(root, 'site/pages/pictures');
const wanted = process.argv.slice(2);
const server = await serve({ folders: { '/': site }, made: {}, headers: {} });
const browser = await chromium.launch(launchOptions(chromiumPath()));

/** Takes the part of a page that `selector` names, or all of it, when `ready` says so. */
async function take(name, at, ready, selector) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.origin}/${at}`);
  await ready(page);
  const target = selector === undefined ? page : page.locator(selector).first();
  await target.screenshot({ path: path.join(folder, `${name}.png`) });
  await page.close();
}

const steps = (least) => (page) =>
  page.waitForFunction(
    (least) =>
      [...document.querySelectorAll('.lab-facts > div')].some(
        ({ children: [name, value] }) =>
          name.textContent === 'Steps' && Number(value.textContent.replaceAll(',', '')) >= least,
      ),
    least,
    { timeout: 120_000 },
  );

const learned = (page) => page.getByText(/It has learned all/).waitFor({ timeout: 120_000 });

await take('plane', '', learned, '.lab canvas');
await take('teach', 'demos/teach.html', (page) => page.waitForTimeout(2000));
await take('playground', 'gallery/playground.html', steps(300), '.playground-network');

await browser.close();
await server.close();
