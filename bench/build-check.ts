// The benchmarks measure the package as it is installed, dist/, not the sources. This check warns if dist/ is older.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Prints a warning if a source is newer than dist/. */
export function warnOfOldBuild(): void {
  const built = statSync(path.join(root, 'dist/index.js')).mtimeMs;
  const newest = Math.max(...['src', 'assembly'].map(newestIn));
  if (newest > built) {
    console.warn('warning    dist/ is older than the sources: run `npm run build` first\n');
  }
}

/** When the newest file of a folder was written, generated ones aside. */
function newestIn(folder: string): number {
  const files = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  const times = files
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .filter((file) => !file.parentPath.endsWith('generated'))
    .map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs);
  return Math.max(0, ...times);
}
