// The houses of src/ (docs/architecture.md, "A tour"), as imports of all kinds connect them: prints the number of files, and the
// longest chain of houses. `npm run check imports` makes sure that no imports form a cycle.
//   node scripts/check/houses.mjs
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const { posix } = path;
const sources = fileURLToPath(new URL('../../src/', import.meta.url));

const files = readdirSync(sources, { recursive: true })
  .map((name) => name.replaceAll(path.sep, '/'))
  .filter((name) => name.endsWith('.ts'));
const known = new Set(files);

/** What a file imports of src/: types and what is loaded on demand counted. */
function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(sources, file), 'utf8'));
  return importedFiles
    .map(({ fileName }) => posix.join(posix.dirname(file), fileName).replace(/\.js$/, '.ts'))
    .filter((name) => known.has(name));
}

/** The house of a file; entry points and errors.ts lie in none. */
function houseOf(file) {
  if (file === 'errors.ts') return 'config';
  // An entry point that lies beside what starts it.
  if (file === 'extras/remote/training-worker.ts') return 'entry points';
  const [first] = file.split('/');
  return first === 'io' || first === 'cli' || first === file ? 'entry points' : first;
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** The houses that each house imports from. */
const below = new Map();
for (const [file, targets] of imports) {
  const house = houseOf(file);
  const others = below.get(house) ?? new Set();
  for (const target of targets) if (houseOf(target) !== house) others.add(houseOf(target));
  below.set(house, others);
}

/** The longest chain of houses from one down. */
function chainFrom(house, above = []) {
  const lower = [...below.get(house)].filter((other) => !above.includes(other));
  const chains = lower.map((other) => chainFrom(other, [...above, house]));
  return [house, ...(chains.toSorted((a, b) => b.length - a.length)[0] ?? [])];
}

const [chain] = [...below.keys()]
  .map((house) => chainFrom(house))
  .toSorted((a, b) => b.length - a.length);
const written = files.filter((file) => !file.includes('/generated/')).length;
console.log(`src/: ${written} files, ${chain.length} floors (${chain.join(' → ')})`);
