// The site: pages of its own (site/pages), the files of docs/ where they are, and TypeDoc's pages (build/site-pages/api).
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { addressOf, EXCLUDED } from './addresses.js';
import { anchorOf, runnableCode, siteLinks } from './markdown.js';
import { referenceLinks } from './reference-links.js';
import { indexed } from './search.js';
import { apiSidebar, GUIDES, LEARN } from './sidebar.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly repository?: { readonly url: string };
};
/** The address of the repository; undefined until package.json has it. */
const repository = manifest.repository?.url.replace(/^git\+/, '').replace(/\.git$/, '');

/** `npm run site -- --no-api` leaves the reference out. */
const hasReference = process.env['SITE_API'] !== 'no';
const reference = path.join(root, 'build/site-pages/api');

export default defineConfig({
  title: 'lanegrad',
  description:
    'Keras-style neural networks that train in Node and the browser, on WebAssembly SIMD',
  lang: 'en',
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: '..',
  outDir: '../build/site',
  cacheDir: './node_modules/.vitepress-cache',
  srcExclude: [...EXCLUDED],
  rewrites: addressOf,
  // A map of all pages in each page would be larger than most of them.
  metaChunk: true,
  lastUpdated: false,
  router: { prefetchLinks: false },
  head: [
    [
      'link',
      { rel: 'icon', type: 'image/svg+xml', href: `${process.env['SITE_BASE'] ?? '/'}icon.svg` },
    ],
    ['meta', { name: 'theme-color', content: '#b0432a' }],
  ],
  markdown: {
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(md) {
      siteLinks(md, root, repository);
      if (hasReference) referenceLinks(md, reference);
      runnableCode(md);
    },
  },
  themeConfig: {
    nav: [
      { text: 'Learn', link: '/learn/', activeMatch: '^/learn/' },
      { text: 'Guides', link: '/guides/', activeMatch: '^/guides/' },
      { text: 'Gallery', link: '/gallery', activeMatch: '^/gallery' },
      ...(hasReference ? [{ text: 'API', link: '/api/', activeMatch: '^/api/' }] : []),
    ],
    sidebar: {
      '/learn/': LEARN,
      '/guides/': GUIDES,
      '/contributing': GUIDES,
      '/changelog': GUIDES,
      ...(hasReference && { '/api/': apiSidebar(reference) }),
    },
    outline: { level: [2, 3] },
    search: { provider: 'local', options: { _render: indexed, detailedView: false } },
    ...(repository !== undefined && {
      socialLinks: [{ icon: 'github', link: repository }],
      editLink: {
        text: 'Edit this page',
        pattern: ({ filePath }: { readonly filePath: string }) =>
          `${repository}/edit/main/${filePath}`,
      },
    }),
    footer: { message: `lanegrad ${manifest.version}, MIT licence` },
  },
  vite: {
    publicDir: path.join(root, 'site/public'),
    // The library of this repository as it is built.
    resolve: {
      alias: [
        {
          find: /^lanegrad(\/[\w/-]+)?$/,
          replacement: path.join(root, 'dist/modules/src$1.js'),
          customResolver: (file: string) =>
            existsSync(file) ? file : path.join(root, 'dist/modules/src/index.js'),
        },
      ],
    },
    worker: { format: 'es' },
    build: { target: 'es2022', chunkSizeWarningLimit: 5000 },
    server: {
      fs: { allow: [root] },
      watch: { ignored: ['**/test/**', '**/bench/**', '**/build/**', '**/dist/**'] },
    },
  },
});
