// `npm run site`: writes the site into build/site; `npm run site:dev` serves it and follows changes.
//   npm run site -- --base /lanegrad/     for a server that has it in a sub-folder
//   npm run site -- --no-api              without the pages of the reference, which take most of the time
import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { writeReference } from './reference.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    base: { type: 'string', default: '/' },
    dev: { type: 'boolean', default: false },
    'no-api': { type: 'boolean', default: false },
  },
});
const { base } = values;
if (!/^\/([\w.-]+\/)*$/.test(base)) {
  console.error(`site: --base begins and ends with a slash, as in /lanegrad/; got '${base}'.`);
  process.exit(1);
}
if (!existsSync(path.join(root, 'dist/modules/src/index.js'))) {
  console.error('site: the library is not built. Run `npm run build` first.');
  process.exit(1);
}

function run(command, args, folder = root) {
  const { status } = spawnSync(command, args, {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, SITE_BASE: base, SITE_API: values['no-api'] ? 'no' : 'yes' },
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs the packages of a folder that has its own, unless they are there. */
function install(folder) {
  if (existsSync(path.join(root, folder, 'node_modules'))) return;
  run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund']);
}

install('site');
const reference = path.join(root, 'build/site-pages/api');
const isThere = existsSync(path.join(reference, 'index.md'));
if (!values['no-api'] && !(values.dev && isThere)) writeReference(root, run);

const vitepress = path.join(root, 'site/node_modules/vitepress/bin/vitepress.js');
if (values.dev) {
  run(process.execPath, [vitepress, 'dev', 'site', '--host', '127.0.0.1']);
} else {
  install('examples/browser');
  run('npm', ['run', '--silent', 'demo:build']);
  run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'site']);
  run(process.execPath, [vitepress, 'build', 'site']);
  const demos = path.join(root, 'build/site/demos');
  rmSync(demos, { recursive: true, force: true });
  cpSync(path.join(root, 'examples/browser/dist'), demos, { recursive: true });
}
