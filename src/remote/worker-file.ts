/** Not spelt out in the URL: bundlers would take it for a file of the page, beside the worker that they pack. */
const FILE = './training-worker.js';

/** Where the module of the worker is, unless a bundler has moved it: beside this one. */
export function workerFile(): URL {
  // Of a URL made of import.meta.url and a name webpack would bundle all files that could be meant.
  const here = import.meta.url;
  return new URL(FILE, here);
}
