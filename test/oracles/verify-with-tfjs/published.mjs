// Graph models that npm's packages hold, installed if they are missing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('models', import.meta.url));
const modules = path.join(folder, 'node_modules');

/** The files of the middle model of nsfwjs, which has them in modules. */
function unpackedNsfw() {
  const require = createRequire(path.join(folder, 'package.json'));
  const source = path.join(modules, 'nsfwjs/dist/models/mobilenet_v2_mid');
  const target = path.join(modules, '.nsfw');
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(source)) {
    const loaded = require(path.join(source, file));
    const content = loaded.default ?? loaded;
    if (file === 'model.min.js') {
      writeFileSync(path.join(target, 'model.json'), JSON.stringify(content));
    } else {
      const shard = file.replace(/\.min\.js$/, '');
      writeFileSync(path.join(target, shard), Buffer.from(content, 'base64'));
    }
  }
  return path.join(target, 'model.json');
}

/**
 * The `model.json` of each model by name, with what stands for the open lengths of its inputs.
 *
 * @returns the models, or the reason why there are none
 */
export function publishedModels() {
  if (!existsSync(path.join(modules, 'nsfwjs'))) {
    const install = [
      'install',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--no-audit',
      '--no-fund',
    ];
    try {
      execFileSync('npm', [...install, '--no-package-lock', '--silent'], {
        cwd: folder,
        stdio: 'pipe',
      });
    } catch (error) {
      return {
        models: [],
        reason: `npm cannot install their packages: ${error.message.split('\n')[0]}`,
      };
    }
  }
  const human = path.join(modules, '@vladmandic/human/models');
  const names = readdirSync(human).filter((name) => /\.json$/.test(name) && name !== 'models.json');
  return {
    models: [
      ...names.map((name) => [name.replace(/\.json$/, ''), path.join(human, name)]),
      ['basic-pitch', path.join(modules, '@spotify/basic-pitch/model/model.json')],
      ['nsfwjs', unpackedNsfw()],
    ],
  };
}
