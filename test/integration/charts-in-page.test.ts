// Charts in the elements of a page, by Chromium.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchOptions } from '../../scripts/browsers/chromium.mjs';
import { serve } from '../../scripts/browsers/static-server.mjs';

const executablePath = chromiumPath();

/** What the page does with charts: each function gives the number of drawings, and of marks, in an element. */
const PROGRAM = `
  import { callbacks, layers, Sequential } from '../../src/index.js';
  import * as vis from '../../src/vis.js';

  const chart = document.querySelector('#chart');
  const seen = (element) => ({
    drawings: element.querySelectorAll('svg').length,
    lines: element.querySelectorAll('.mark-line path').length,
    text: element.textContent,
  });
  globalThis.shown = async (...lists) => {
    for (const [title, loss] of lists) await vis.show(vis.history({ loss }, { title }), '#chart');
    return seen(chart);
  };
  globalThis.notebook = async () => seen(await vis.show(vis.history({ loss: [3, 2, 1] })));
  globalThis.fitted = async () => {
    const model = new Sequential([new layers.Dense(1, { inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const plot = new callbacks.LivePlot(chart);
    await model.fit([[1], [2]], [[2], [4]], { epochs: 5, verbose: 0, callbacks: [plot] });
    return seen(chart);
  };`;

interface Seen {
  readonly drawings: number;
  readonly lines: number;
  readonly text: string;
}

describe.skipIf(executablePath === undefined)('a chart in an element of a page', () => {
  let site: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;

  const run = (expression: string): Promise<Seen> => page.evaluate(expression);

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: PROGRAM, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
      bundle: true,
      format: 'esm',
      write: false,
      logLevel: 'silent',
      external: ['@jsquash/*', '@resvg/*', 'node:*'],
    });
    site = await serve({
      folders: {},
      made: {
        '/index.html':
          '<!doctype html><meta charset="utf-8"><div id="chart"></div><script type="module" src="/page.js"></script>',
        '/page.js': outputFiles[0]?.contents ?? '',
      },
      headers: {},
    });
    browser = await chromium.launch(launchOptions(executablePath ?? ''));
    page = await browser.newPage();
    await page.goto(`${site.origin}/index.html`);
    await page.waitForFunction('globalThis.fitted !== undefined');
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  it('is there, and another one takes its place', async () => {
    const one = await run(`shown(['the first', [3, 2, 1]])`);
    expect(one).toMatchObject({ drawings: 1, lines: 1 });
    expect(one.text).toContain('the first');
    const other = await run(`shown(['the second', [3, 2, 1]], ['the third', [1, 2, 3]])`);
    expect(other).toMatchObject({ drawings: 1, lines: 1 });
    expect(other.text).toContain('the third');
    expect(other.text).not.toContain('the second');
  });

  it('is in the element that a notebook shows', async () => {
    expect(await run('notebook()')).toMatchObject({ drawings: 1, lines: 1 });
  });

  it('is there after a fit, as LivePlot has drawn it', async () => {
    expect(await run('fitted()')).toMatchObject({ drawings: 1, lines: 1 });
  });
});
