// Charts in the elements of a page, by Chromium.
import { bundleProgram } from '../../scripts/browsers/bundle.mjs';
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
    points: element.querySelector('.mark-line path')?.getAttribute('d').split('L').length,
    text: element.textContent,
    paper: element.querySelector('svg')?.style.backgroundColor,
  });
  globalThis.shown = async (...lists) => {
    for (const [title, loss] of lists) await vis.show(vis.history({ loss }, { title }), '#chart');
    return seen(chart);
  };
  globalThis.seen = () => seen(chart);
  globalThis.themed = async (theme) => {
    await vis.show(vis.heatmap([[1, 2]], { title: 'cells' }), chart, theme && { theme });
    return seen(chart);
  };
  globalThis.marked = async (text) => {
    await vis.show(vis.confusionMatrix([0, 1], [0, 1], { labels: [text, 'b'], title: text }), chart);
    return { ...seen(chart), scripts: chart.querySelectorAll('script, img').length };
  };
  globalThis.refused = (spec, target) => vis.show(spec, target).then(() => 'drawn', (error) => error.name + ': ' + error.message);
  globalThis.charted = () => vis.history({ loss: [3, 2, 1] });
  globalThis.notebook = async () => seen(await vis.show(vis.history({ loss: [3, 2, 1] })));
  globalThis.fitted = async () => {
    const model = new Sequential([new layers.Dense(1, { inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const plot = new callbacks.LivePlot(chart);
    await model.fit([[1], [2]], [[2], [4]], { epochs: 5, verbose: 0, callbacks: [plot] });
    return seen(chart);
  };
  // Trains until another button is pressed.
  const [train, stop] = document.querySelectorAll('button');
  train.addEventListener('click', async () => {
    const model = new Sequential([new layers.Dense(1, { inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['mae'] });
    stop.addEventListener('click', () => (model.stopTraining = true));
    const wait = { onEpochEnd: () => new Promise((resolve) => setTimeout(resolve, 50)) };
    const plot = new callbacks.LivePlot('#chart');
    const fitted = model.fit([[1], [2]], [[2], [4]], { epochs: 100_000, verbose: 0, callbacks: [wait, plot] });
    const { history } = await fitted;
    document.body.append('trained ' + history.loss.length);
  });`;

interface Seen {
  readonly drawings: number;
  readonly lines: number;
  /** Of the first line. */
  readonly points: number;
  readonly text: string;
  readonly paper: string;
}

describe.skipIf(executablePath === undefined)('a chart in a page (needs Chromium)', () => {
  let site: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;
  const uncaught: string[] = [];

  const run = (expression: string): Promise<Seen> => page.evaluate(expression);

  beforeAll(async () => {
    const script = await bundleProgram(PROGRAM, import.meta.url);
    site = await serve({
      folders: {},
      made: {
        '/index.html':
          '<!doctype html><meta charset="utf-8"><div id="chart"></div><button>Train</button><button>Stop</button><script type="module" src="/page.js"></script>',
        '/page.js': script,
      },
      headers: {},
    });
    browser = await chromium.launch(launchOptions(executablePath ?? ''));
    page = await browser.newPage();
    page.on('pageerror', (error) => uncaught.push(error.message));
    page.on('console', (message) => {
      // The browser asks for an icon, which the page does not have.
      if (message.type() === 'error' && !message.text().includes('404'))
        uncaught.push(message.text());
    });
    await page.goto(`${site.origin}/index.html`);
    await page.waitForFunction('globalThis.fitted !== undefined');
  }, 300_000);

  afterAll(async () => {
    await (browser as Browser | undefined)?.close();
    await (site as typeof site | undefined)?.close();
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

  it('has the colours of the page, or those asked for', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await run('themed()');
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await run('themed()');
    expect([light.paper, dark.paper]).toEqual(['rgb(255, 255, 255)', 'rgb(13, 17, 23)']);
    expect((await run(`themed('light')`)).paper).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'light' });
    expect((await run(`themed('dark')`)).paper).toBe('rgb(13, 17, 23)');
  });

  it('holds markup as text', async () => {
    const text = '<img src=x onerror="document.title=1">';
    const shown = await run(`marked('${text}')`);
    expect(shown).toMatchObject({ drawings: 1, scripts: 0 });
    expect(shown.text).toContain(text);
    expect(await page.title()).toBe('');
  });

  it('says what is wrong with a target or a specification, and leaves the chart that is there', async () => {
    await run(`shown(['the first', [3, 2, 1]])`);
    const refused = (argument: string): Promise<string> => page.evaluate(`refused(${argument})`);
    expect(await refused(`charted(), '#none'`)).toMatch(/^ValueError: show: the target must be an element of the page/); // prettier-ignore
    expect(await refused(`charted(), '!'`)).toMatch(/^ValueError: show: the target must be an element of the page/); // prettier-ignore
    expect(await refused(`{}, '#chart'`)).toMatch(/must be a specification of Vega-Lite/);
    expect(await refused(`{ ...charted(), spec: 1 }, '#chart'`)).toMatch(/^ValueError: show: Vega cannot draw/); // prettier-ignore
    expect(await run('seen()')).toMatchObject({ drawings: 1, lines: 1 });
  });

  it('grows while fit runs, from the press of one button to that of another', async () => {
    await page.evaluate(`document.querySelector('#chart').replaceChildren()`);
    await page.getByRole('button', { name: 'Train' }).click();
    const growsBeyond = async (points: number): Promise<number> => {
      // Where drawing is slow, it is rare.
      await page.waitForFunction(`seen().points > ${points}`, undefined, { timeout: 240_000 });
      return (await run('seen()')).points;
    };
    const first = await growsBeyond(0);
    await growsBeyond(await growsBeyond(first));
    expect(await page.getByText('trained').count()).toBe(0);
    await page.getByRole('button', { name: 'Stop' }).click();
    const end = page.getByText(/trained \d+/);
    await end.waitFor();
    const epochs = Number(/trained (\d+)/.exec(await end.innerText())?.[1]);
    expect(await run('seen()')).toMatchObject({ drawings: 1, lines: 2, points: epochs });
    expect(uncaught).toEqual([]);
  });
});
