// The server of bench/browser: the page, bundled with the package as a program that uses it would be, and its data.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { isolation } from '../../scripts/package/pages.mjs';
import { serve } from '../../scripts/browsers/static-server.mjs';
import type { PageMessage, PageSetting } from './messages.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Bundles the page and the package's workers into `folder`; `dist/` is what is bundled, not the sources. */
export async function bundlePage(folder: string): Promise<void> {
  await build({
    entryPoints: {
      page: path.join(here, 'page.ts'),
      'training-worker': 'lanegrad/training-worker.js',
      worker: 'lanegrad/worker.js',
    },
    absWorkingDir: path.join(here, '../..'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: folder,
    // Without tsconfig.json, whose paths lead to the sources.
    tsconfigRaw: {},
    logLevel: 'warning',
  });
}

export interface PageFolders {
  /** Where `bundlePage` has put the page. */
  readonly bundle: string;
  /** Where `writeProblem` has put the problem. */
  readonly problem: string;
}

export interface PageServer {
  readonly url: string;
  /** What takes the messages of the page; undefined at first. */
  onTold: ((message: PageMessage) => void) | undefined;
  close(): Promise<void>;
}

/** Serves the page, cross-origin isolated or as any other. */
export async function servePage(
  { bundle, problem }: PageFolders,
  setting: PageSetting,
  isIsolated: boolean,
): Promise<PageServer> {
  const server = await serve({
    folders: {
      '/bundle/': bundle,
      '/problem/': problem,
      '/tfjs/': path.join(here, '../peers/node_modules/@tensorflow'),
    },
    made: {
      '/index.html': readFileSync(path.join(here, 'index.html')),
      '/setting.json': JSON.stringify(setting),
    },
    headers: isIsolated ? isolation : {},
    told: { '/told': (message) => pageServer.onTold?.(message as PageMessage) },
  });
  const pageServer: PageServer = {
    url: `${server.origin}/index.html`,
    onTold: undefined,
    close: () => server.close(),
  };
  return pageServer;
}
