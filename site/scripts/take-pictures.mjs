// The pictures of the gallery, taken from the built site: node site/scripts/take-pictures.mjs, after `npm run site`.
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import { serve } from '../../scripts/browsers/static-server.mjs';
import { root, site } from '../test/page.mjs';

const folder = path.join(root, 'site/pages/pictures');
const server = await serve({ folders: { '/': site }, made: {}, headers: {} });
const browser = await chromium.launch(launchOptions(chromiumPath()));
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

await page.goto(`${server.origin}/`);
await page.getByText(/It has learned all/).waitFor({ timeout: 120_000 });
await page.locator('.lab canvas').screenshot({ path: path.join(folder, 'plane.png') });

await page.goto(`${server.origin}/demos/teach.html`);
await page.waitForTimeout(2000);
await page.screenshot({ path: path.join(folder, 'teach.png') });

await browser.close();
await server.close();
