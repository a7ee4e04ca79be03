// `npm run release`: publishes build/package with changesets, if nothing is in the way. docs/releasing.md describes it.
//   node scripts/package/release.mjs            publishes
//   node scripts/package/release.mjs --check    only says what is in the way
//   node scripts/package/release.mjs --refuse   refuses `npm publish` in the clone
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../build/build-package.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** Where the package's pages are: the addresses in package.json, which only the owner of the repository knows. */
const addresses = {
  repository: ({ repository }) => repository?.url,
  homepage: ({ homepage }) => homepage,
  bugs: ({ bugs }) => bugs?.url,
};

/**
 * What keeps a version from being published.
 * @param {object} manifest package.json
 * @param {string} changelog
 * @param {Record<string, string>} docs texts by the names of their files
 * @returns {string[]}
 */
export function obstacles(manifest, changelog, docs) {
  const { version } = manifest;
  const missing = Object.entries(addresses)
    .filter(
      ([, addressIn]) => !/^(git\+)?https:\/\/[^/]+\.[^/]+\/./.test(addressIn(manifest) ?? ''),
    )
    .map(
      ([name]) =>
        `package.json has no ${name} with an https address (docs/releasing.md, “Addresses”)`,
    );
  const isTold = changelog.split('\n').includes(`## ${version}`);
  const stale = Object.entries(docs).flatMap(([file, text]) =>
    [...text.matchAll(/npm\/lanegrad@([^/]*)\//g)]
      .filter(([, named]) => named !== version)
      .map(([, named]) => `${file} names version ${named} in the address of a CDN, not ${version}`),
  );
  return [
    ...missing,
    ...(isTold ? [] : [`CHANGELOG.md has no section “## ${version}”`]),
    ...new Set(stale),
  ];
}

function obstaclesHere() {
  const pages = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const files = ['README.md', ...pages.map((name) => `docs/${name}`)];
  const docs = Object.fromEntries(files.map((file) => [file, read(file)]));
  return obstacles(JSON.parse(read('package.json')), read('CHANGELOG.md'), docs);
}

function main(option) {
  if (option === '--refuse') {
    console.error(
      'Publish with `npm run release`: it checks, and publishes build/package (docs/releasing.md).',
    );
    return 1;
  }
  const found = obstaclesHere();
  for (const obstacle of found) console.error(`release: ${obstacle}`);
  if (found.length > 0 || option === '--check') return found.length > 0 ? 1 : 0;
  buildPackage(path.join(root, 'build/package'));
  const changeset = path.join(root, 'node_modules/@changesets/cli/bin.js');
  return (
    spawnSync(process.execPath, [changeset, 'publish'], { cwd: root, stdio: 'inherit' }).status ?? 1
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv[2]);
}
