// Writes the sources that are made from other sources, unless they are up to date: the modules from the doc comments of operations,
// and the lists of classes and data sets. The build, the check and Vitest call it, so that all see the same; `node scripts/generate/write-sources.mjs`
// does it alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { secondDerivativeModules } from './second-derivatives.mjs';
import { classModules } from './write-classes.mjs';
import { datasetModules } from './write-datasets.mjs';
import { operationModules } from './write-operations.mjs';

const sources = fileURLToPath(new URL('../../src/', import.meta.url));

export default function writeSources() {
  const modules = [
    ...operationModules(),
    ...secondDerivativeModules(),
    ...classModules(),
    ...datasetModules(),
  ];
  for (const [name, text] of modules) {
    const file = path.join(sources, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeSources();
