// The folder that is published: the built files, with a package.json for users who install them. Scripts and devDependencies belong
// to the clone: when a user installs the package, npm warns about `prepare` and could not run it.
//   node scripts/build/build-package.mjs     writes build/package from dist/
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {object} manifest package.json of the clone @returns {object} that of the package */
export function publishedManifest(manifest) {
  const published = structuredClone(manifest);
  delete published.scripts;
  delete published.devDependencies;
  delete published.publishConfig.directory;
  return published;
}

/** @param {string} folder is rewritten */
export function buildPackage(folder) {
  if (!existsSync(path.join(root, 'dist/index.js'))) {
    throw new Error('dist/ is missing; run `npm run build`');
  }
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of [...manifest.files, 'README.md', 'LICENSE']) {
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  const text = `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`;
  writeFileSync(path.join(folder, 'package.json'), text);
}

/**
 * Rebuilds a folder. If that fails, the old folder is restored, or at the next build if this one is killed.
 *
 * @param {string} folder
 * @param {string} aside where the old folder waits, on the same disk
 * @param {() => Promise<void>} build
 */
export async function replacing(folder, aside, build) {
  const remove = (name) => rmSync(name, { recursive: true, force: true });
  if (existsSync(aside)) remove(folder);
  else if (existsSync(folder)) {
    mkdirSync(path.dirname(aside), { recursive: true });
    renameSync(folder, aside);
  }
  try {
    await build();
  } catch (error) {
    remove(folder);
    if (existsSync(aside)) renameSync(aside, folder);
    throw error;
  }
  remove(aside);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildPackage(path.join(root, 'build/package'));
}
