// `npm run test:site`, after `npm run site`: links, the code of every block against what its comments say, axe-core, and
// screenshots of pages in headless Chromium (build/site-shots).
//   npm run test:site -- home search     only visits whose name contains one of these
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import { serve } from '../../scripts/browsers/static-server.mjs';
import { code } from './code.mjs';
import { gallery } from './gallery.mjs';
import { landing } from './landing.mjs';
import { checkLinks } from './links.mjs';
import { pages } from './looks.mjs';
import { shots, site, visit } from './page.mjs';

if (!existsSync(path.join(site, 'index.html'))) {
  console.error('test:site: the site is missing; run `npm run site` first.');
  process.exit(1);
}
const executable = chromiumPath();
if (executable === undefined) {
  console.error('test:site: there is no Chromium. Install it, or name it in CHROMIUM_PATH.');
  process.exit(1);
}
mkdirSync(shots, { recursive: true });
const wanted = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.some((part) => name.includes(part));

const server = await serve({ folders: { '/': site }, made: {}, headers: {} });
const browser = await chromium.launch(launchOptions(executable));
let asked = 0;
const visits = { ...landing(() => server.asked.slice(asked)), ...pages(), ...gallery(), ...code() };
let failed = 0;

async function told(name, work) {
  if (!isWanted(name)) return;
  const started = performance.now();
  try {
    const text = await work();
    console.log(`✓ ${name}: ${text} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`✗ ${name}: ${error.message}`);
  }
}

await told('links', async () => checkLinks());
for (const [name, options] of Object.entries(visits)) {
  await told(name, () => {
    asked = server.asked.length;
    return visit(browser, server.origin, options);
  });
}
await browser.close();
await server.close();
console.log(failed === 0 ? 'all passed' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
