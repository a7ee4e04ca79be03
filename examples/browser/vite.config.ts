import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const library = (file: string): string =>
  fileURLToPath(new URL(`../../dist/modules/src/${file}`, import.meta.url));

const page = (name: string): string => fileURLToPath(new URL(`${name}.html`, import.meta.url));

/** With these headers a page may share memory between threads; without them the demo trains on one. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // The site works in any folder of any server.
  base: './',
  // The library of this repository as it is built; in a project of your own, `npm install lanegrad` takes its place.
  resolve: {
    alias: [
      { find: /^lanegrad$/, replacement: library('index.js') },
      { find: /^lanegrad\/remote$/, replacement: library('remote.js') },
    ],
  },
  worker: { format: 'es' },
  server: { headers: isolation, fs: { allow: ['../..'] } },
  preview: { headers: isolation },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 5000,
    rolldownOptions: { input: { index: page('index'), gpt: page('gpt'), teach: page('teach') } },
  },
});
