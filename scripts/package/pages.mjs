// Opens pages in headless Chromium and receives what their programs report.
import { createHash } from 'node:crypto';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../browsers/chromium.mjs';
import { serve } from '../browsers/static-server.mjs';
import { assert } from './project.mjs';

const TIME_LIMIT_MS = 60_000;

/** Headers that make a page cross-origin isolated, so that threads can share memory. */
export const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * A strict policy: no inline script but the one given, no evaluation of text, workers from this origin. With `cdn`, the
 * origin of one, scripts from there too, and workers that are Blobs and import from there instead of from this origin. With
 * `charts`, what Vega needs: it compiles the expressions of a chart.
 */
export function strictPolicy({ inlineScript, wasm = true, cdn, charts = false } = {}) {
  const hash =
    inlineScript && ` 'sha256-${createHash('sha256').update(inlineScript).digest('base64')}'`;
  return {
    'content-security-policy':
      `default-src 'none'; script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ''}${charts ? " 'unsafe-eval'" : ''}${hash ?? ''}` +
      `${cdn === undefined ? '' : ` ${cdn}`}; ` +
      `worker-src ${cdn === undefined ? "'self'" : `blob: ${cdn}`}; connect-src 'self'; img-src data:`,
  };
}

/** A browser, or undefined if there is none. */
export async function openBrowser() {
  const executablePath = chromiumPath();
  if (executablePath === undefined) return undefined;
  const browser = await chromium.launch(launchOptions(executablePath));
  return {
    version: browser.version(),
    close: () => browser.close(),
    /** The result of a function that gets the page at `url`, once it is loaded. An error of the page makes it fail. */
    async use(url, f) {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        page.setDefaultTimeout(TIME_LIMIT_MS);
        const failed = new Promise((_, reject) => {
          page.on('pageerror', reject);
        });
        await page.goto(url);
        return await Promise.race([f(page), failed]);
      } finally {
        await context.close();
      }
    },
    /** The report of the page at `url`. */
    async visit(url) {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        return await new Promise((resolve, reject) => {
          const timer = setTimeout(
            () => reject(new Error(`${url} reported nothing within ${TIME_LIMIT_MS / 1000} s`)),
            TIME_LIMIT_MS,
          );
          page.on('pageerror', (error) => reject(error));
          page.on('console', (message) => {
            if (['error', 'warning'].includes(message.type())) reject(new Error(message.text()));
          });
          page
            .exposeFunction('report', (result) => {
              clearTimeout(timer);
              resolve(result);
            })
            .then(() => page.goto(url))
            .catch(reject);
        });
      } finally {
        await context.close();
      }
    },
  };
}

/** Serves a folder and visits its page: `{ hash, threads, reason }`. */
export async function trainOnPage(browser, { folders, headers }) {
  const server = await serve({ folders, made: {}, headers });
  try {
    return await trainAt(browser, `${server.origin}/index.html`);
  } finally {
    await server.close();
  }
}

export async function trainAt(browser, url) {
  const result = await browser.visit(url);
  assert(result.error === undefined, result.error);
  return result;
}
