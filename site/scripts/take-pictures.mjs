// The pictures of the gallery, taken from the built site: node site/scripts/take-pictures.mjs, after `npm run site`.
//   node site/scripts/take-pictures.mjs plane teach     only these
//   --origin http://127.0.0.1:5173                      of `npm run site:dev`, which also shows a page whose picture is missing
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import { serve } from '../../scripts/browsers/static-server.mjs';
import { base, root, site } from '../test/page.mjs';

const folder = path.join(root, 'site/pages/pictures');
const { values, positionals: wanted } = parseArgs({
  options: { origin: { type: 'string' } },
  allowPositionals: true,
});
const server = await serve({ folders: { [base]: site }, made: {}, headers: {} });
const origin = values.origin ?? server.origin + base.replace(/\/$/, '');
const browser = await chromium.launch(launchOptions(chromiumPath()));

/** Takes the part of a page that `selector` names, or all of it, when `ready` says so. */
async function take(name, at, ready, selector) {
  if (wanted.length > 0 && !wanted.includes(name.replace(/\..*/, ''))) return;
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${origin}/${at}`);
  await ready(page);
  const target = selector === undefined ? page : page.locator(selector).first();
  await target.screenshot({ path: path.join(folder, name) });
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

await take('plane.png', '', learned, '.lab canvas');
await take('teach.png', 'demos/teach.html', (page) => page.waitForTimeout(2000));
await take('playground.png', 'gallery/playground.html', steps(300), '.playground-network');
await take(
  'latent-plane.jpg',
  'gallery/latent-plane.html#images=no',
  (page) => page.getByText(/It has learned/).waitFor({ timeout: 120_000 }),
  '.latent-plane',
);
await take(
  'unet.png',
  'gallery/unet.html',
  (page) => page.getByText(/It has learned/).waitFor({ timeout: 300_000 }),
  '.unet-paper',
);
await take(
  'augmentation.jpg',
  'gallery/augmentation.html',
  (page) => page.getByText(/Changing all twelve took/).waitFor(),
  '.augment-pictures',
);
await take(
  'federated.jpg',
  'gallery/federated.html',
  async (page) => {
    for (let count = 1; count <= 4; count++) {
      await page.getByText(count === 1 ? 'Add nodes' : `${count} nodes are here`).waitFor();
      if (count < 4) await page.getByRole('button', { name: 'Add a node in this tab' }).click();
    }
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText(/After 40 rounds/).waitFor({ timeout: 120_000 });
  },
  '.federated-seats',
);
await take(
  'forecast.png',
  'gallery/forecast.html',
  (page) => page.getByText(/It has learned: its error/).waitFor({ timeout: 120_000 }),
  '.forecast-chart',
);

await browser.close();
await server.close();
