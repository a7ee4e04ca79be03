// `npm run test:site`, after `npm run site`: links, the code of every block against what its comments say, axe-core, and
// screenshots of pages (build/site-shots) in headless Chromium. Visits that can be made anywhere are made in Firefox as well, if it
// is installed.
//   npm run test:site -- home search            only visits whose name contains one of these
//   npm run test:site -- --only firefox home    only in one of the browsers, chromium or firefox
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import { launchFirefox } from '../../scripts/browsers/firefox.mjs';
import { otherBrowsers } from '../../scripts/browsers/other-browsers.mjs';
import { serve } from '../../scripts/browsers/static-server.mjs';
import { code } from './code.mjs';
import { gallery } from './gallery.mjs';
import { landing } from './landing.mjs';
import { checkLinks } from './links.mjs';
import { pages } from './looks.mjs';
import { base, shots, site, visit, visitInFirefox } from './page.mjs';

if (base === undefined) {
  console.error('test:site: the site is missing; run `npm run site` first.');
  process.exit(1);
}
const BROWSERS = ['chromium', 'firefox'];
const { values, positionals: wanted } = parseArgs({
  options: { only: { type: 'string' } },
  allowPositionals: true,
});
const chosen = values.only === undefined ? BROWSERS : values.only.split(',');
const unknown = chosen.filter((name) => !BROWSERS.includes(name));
if (unknown.length > 0) {
  console.error(`test:site: no browser ${unknown.join(', ')}; there are ${BROWSERS.join(', ')}.`);
  process.exit(1);
}
const executable = chromiumPath();
if (chosen.includes('chromium') && executable === undefined) {
  console.error('test:site: there is no Chromium. Install it, or name it in CHROMIUM_PATH.');
  process.exit(1);
}
mkdirSync(shots, { recursive: true });
const isWanted = (name) => wanted.length === 0 || wanted.some((part) => name.includes(part));

const server = await serve({ folders: { [base]: site }, made: {}, headers: {} });
let asked = 0;
const visits = { ...landing(() => server.asked.slice(asked)), ...pages(), ...gallery(), ...code() };
let failed = 0;

async function told(name, work) {
  const started = performance.now();
  try {
    const text = await work();
    console.log(`✓ ${name}: ${text} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`✗ ${name}: ${error.message}`);
  }
}

async function inChromium() {
  if (isWanted('links')) await told('links', async () => checkLinks());
  const browser = await chromium.launch(launchOptions(executable));
  for (const [name, options] of Object.entries(visits)) {
    if (!isWanted(name)) continue;
    await told(name, () => {
      asked = server.asked.length;
      return visit(browser, server.origin, options);
    });
  }
  await browser.close();
}

async function inFirefox() {
  const made = Object.entries(visits).filter(([name, { anywhere }]) => anywhere && isWanted(name));
  if (made.length === 0) return;
  const reason = otherBrowsers.firefox.missing();
  if (reason !== undefined) {
    console.log(`Firefox: skipped, ${reason}`);
    return;
  }
  const { page, close } = await launchFirefox();
  for (const [name, options] of made)
    await told(`Firefox: ${name}`, () => visitInFirefox(page, server.origin, options));
  await close();
}

if (chosen.includes('chromium')) await inChromium();
if (chosen.includes('firefox')) await inFirefox();
await server.close();
console.log(failed === 0 ? 'all passed' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
