// Charts side by side, to look at: as `show` draws them into elements of a page, and the files that Node has written, in Chromium.
import { bundleProgram } from '../browsers/bundle.mjs';
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import type { Spec } from 'lanegrad/vis';
import { chromiumPath, launchOptions } from '../browsers/chromium.mjs';
import { serve } from '../browsers/static-server.mjs';

const THEMES = ['light', 'dark'] as const;
const PAPER = { light: '#ffffff', dark: '#0d1117' };

/** Draws each specification into an element, in the colours that the page is set to. */
const PROGRAM = `
  import { show } from 'lanegrad/vis';
  globalThis.draw = async (specs) => {
    for (const spec of specs) {
      const figure = document.body.appendChild(document.createElement('figure'));
      await show(spec, figure);
    }
  };`;

const STYLE = `
  body { display: flex; flex-wrap: wrap; gap: 16px; margin: 16px; align-items: flex-start }
  figure { margin: 0 }
  img { display: block }`;

/** The page: without charts, or with pictures. */
const pageOf = (body: string): string =>
  `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><style>${STYLE}</style>${body}`;

/**
 * Takes `sheet-page-light.png`, `sheet-node-light.png` and the same in dark.
 *
 * @param specs the charts by name
 * @param folder has the files `name-light.png` and `name-dark.png` that Node has written, and gets the sheets
 */
export async function takeSheets(
  specs: Readonly<Record<string, Spec>>,
  folder: string,
): Promise<void> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    console.log('There is no Chromium, so there are no sheets of pages.');
    return;
  }
  const script = await bundleProgram(PROGRAM, import.meta.url);
  const pictures = await Promise.all(
    THEMES.flatMap((theme) =>
      Object.keys(specs).map(async (name) => {
        const file = `${name}-${theme}.png`;
        return [`/${file}`, await readFile(`${folder}/${file}`)] as const;
      }),
    ),
  );
  const site = await serve({
    folders: {},
    made: {
      '/page.html': pageOf('<script type="module" src="/page.js"></script>'),
      '/page.js': script,
      ...Object.fromEntries(
        THEMES.map((theme) => {
          const images = Object.keys(specs).map((name) => `<img src="/${name}-${theme}.png">`);
          return [`/node-${theme}.html`, pageOf(images.join(''))];
        }),
      ),
      ...Object.fromEntries(pictures),
    },
    headers: {},
  });
  const browser = await chromium.launch(launchOptions(executablePath));
  try {
    for (const theme of THEMES) {
      const page = await browser.newPage({
        colorScheme: theme,
        viewport: { width: 1720, height: 900 },
      });
      const take = async (kind: string): Promise<void> => {
        await page.addStyleTag({ content: `body { background: ${PAPER[theme]} }` });
        const file = `${folder}/sheet-${kind}-${theme}.png`;
        await writeFile(file, await page.screenshot({ fullPage: true }));
        console.log(file);
      };
      await page.goto(`${site.origin}/page.html`);
      await page.waitForFunction('globalThis.draw !== undefined');
      await page.evaluate(
        (list) => (globalThis as unknown as { draw(all: unknown): Promise<void> }).draw(list),
        Object.values(specs),
      );
      await take('page');
      await page.goto(`${site.origin}/node-${theme}.html`);
      await page.evaluate("for (const image of document.images) image.style.zoom = '0.5'");
      await take('node');
      await page.close();
    }
  } finally {
    await browser.close();
    await site.close();
  }
}
