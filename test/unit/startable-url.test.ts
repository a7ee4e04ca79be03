import { resolveObjectURL } from 'node:buffer';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startableUrl } from '../../src/engine/runtime/index.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** As on a page of that address. */
function onPage(href: string): void {
  vi.stubGlobal('location', new URL(href));
}

describe('the URL that a worker is started from', () => {
  it.each([
    ['https://page.example/app/', 'https://page.example/dist/worker.js'],
    ['http://localhost:8080/', 'http://localhost:8080/worker.js'],
    ['https://page.example/', 'blob:https://page.example/0b7e'],
    ['https://page.example/', 'data:text/javascript,'],
    ['file:///home/page.html', 'file:///home/dist/worker.js'],
  ])('on %s is that of the module, %s', (page, module) => {
    onPage(page);
    const url = new URL(module);
    expect(startableUrl(url)).toBe(url);
  });

  it.each([
    ['https://page.example/', 'https://cdn.example/npm/worker.js'],
    ['https://page.example/', 'https://page.example:8443/worker.js'],
    ['http://page.example/', 'https://page.example/"worker".js'],
    ['file:///home/page.html', 'https://cdn.example/dist/worker.js'],
  ])('on %s is that of a Blob which imports %s', async (page, module) => {
    onPage(page);
    const url = new URL(module);
    const importer = startableUrl(url);
    expect(importer).toMatch(/^blob:/);
    const blob = resolveObjectURL(String(importer));
    expect(await blob?.text()).toBe(`import "${url.href}";`);
    expect(blob?.type).toBe('text/javascript');
    expect(startableUrl(new URL(module))).toBe(importer);
  });
});
