// `npm run test:package`: packs the package, installs the tarball into an empty project with no network, and uses it
// there from JavaScript (import and require) and from strict TypeScript. Prints the sizes that users pay for.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thisMajor, withNodeVersions } from './node-versions.mjs';
import { bundleSizes } from './package-sizes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const project = mkdtempSync(path.join(os.tmpdir(), 'lanegrad-package-'));

/** Runs a program in the empty project; its output, or an error that holds it. */
function run(command, ...args) {
  try {
    return execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

let tarball;

const cases = {
  'npm pack ships dist, LICENSE, README and package.json, and nothing else': () => {
    assert(existsSync(path.join(root, 'dist/index.js')), 'dist/ is missing; run `npm run build`');
    // Built already; packing must not build again over the dist/ that others are using.
    const [{ filename, files, size, unpackedSize }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
        cwd: root,
        encoding: 'utf8',
      }),
    );
    tarball = filename;
    const paths = files.map((file) => file.path);
    const allowed =
      /^(dist\/.+\.(js|d\.ts|wasm)|package\.json|README\.md|LICENSE|THIRD-PARTY-NOTICES\.md)$/;
    const strangers = paths.filter((file) => !allowed.test(file));
    assert(strangers.length === 0, `does not belong into the package: ${strangers.join(', ')}`);
    const needed = [
      'package.json',
      'README.md',
      'LICENSE',
      'dist/index.js',
      'dist/worker.js',
      'dist/types/src/index.d.ts',
      'dist/wasm/lanegrad.simd.wasm',
    ];
    const missing = needed.filter((file) => !paths.includes(file));
    assert(missing.length === 0, `missing from the package: ${missing.join(', ')}`);
    return `${files.length} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`;
  },

  'it installs without a network and brings nothing along': () => {
    writeFileSync(
      path.join(project, 'package.json'),
      JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
    );
    run('npm', 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`);
    const installed = readdirSync(path.join(project, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    assert(installed.join() === 'lanegrad', `node_modules holds ${installed.join(', ')}`);
  },

  'import: a network trains': () => {
    copyFileSync(path.join(root, 'test/package/esm.mjs'), path.join(project, 'esm.mjs'));
    return run(process.execPath, 'esm.mjs');
  },

  'require() works on Node 22': async () => {
    copyFileSync(path.join(root, 'test/package/require.cjs'), path.join(project, 'require.cjs'));
    const major = Math.max(thisMajor, 22);
    const [outcome] = await withNodeVersions([major], (binary) => run(binary, 'require.cjs'));
    return outcome.skipped
      ? `skipped: ${outcome.skipped}`
      : `${outcome.version}: ${outcome.result}`;
  },

  'its worker can be asked for by bundlers': () => {
    const program = `console.log(import.meta.resolve('lanegrad/worker.js').split('node_modules')[1])`;
    return run(process.execPath, '--input-type=module', '--eval', program);
  },

  'esbuild bundles it without a warning': async () => {
    const { warnings } = await bundle('esm', `export * from 'lanegrad';`);
    const texts = warnings.map(({ text }) => text);
    assert(texts.length === 0, texts.join('\n'));
  },

  'bundled to CommonJS, where import.meta.url is missing, it computes on one thread': async () => {
    const program = `
      import { backendInfo, configure, ones } from 'lanegrad';
      configure({ threads: 3 });
      const x = ones([400, 400]);
      console.log(x.matmul(x).matmul(x).sum().item(), backendInfo().threads);`;
    const { outputFiles } = await bundle('cjs', program);
    writeFileSync(path.join(project, 'bundle.cjs'), outputFiles[0].text);
    const { stdout, stderr } = spawnSync(process.execPath, ['bundle.cjs'], {
      cwd: project,
      encoding: 'utf8',
    });
    assert(stdout.trim() === `${400 ** 4} 1`, stdout + stderr);
    assert(stderr.match(/worker thread is missing/g)?.length === 1, stderr);
  },

  'types: moduleResolution bundler': () => typeCheck('esnext', 'bundler'),
  'types: moduleResolution node16': () => typeCheck('node16', 'node16'),
};

function bundle(format, contents) {
  return build({
    stdin: { contents, resolveDir: project },
    bundle: true,
    platform: 'node',
    format,
    write: false,
    logLevel: 'silent',
  });
}

function typeCheck(module, moduleResolution) {
  copyFileSync(path.join(root, 'test/package/consumer.ts'), path.join(project, 'consumer.ts'));
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(
    path.join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['consumer.ts'] }),
  );
  const compiler = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  run(process.execPath, compiler, '-p', 'tsconfig.json');
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

let failed = 0;
try {
  for (const [name, test] of Object.entries(cases)) {
    try {
      const detail = await test();
      console.log(`✓ ${name}${detail ? `: ${detail}` : ''}`);
    } catch (error) {
      failed++;
      console.log(`✗ ${name}\n    ${error.message.replaceAll('\n', '\n    ')}`);
    }
  }
  if (existsSync(path.join(project, 'node_modules/lanegrad'))) {
    console.log('\nminified + gzip, Wasm included:');
    for (const { name, main, later } of await bundleSizes(project)) {
      const chunks = later > 0 ? ` (and ${kilobytes(later)} loaded when asked for)` : '';
      console.log(`  ${name.padEnd(32)} ${kilobytes(main)}${chunks}`);
    }
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
const total = Object.keys(cases).length;
console.log(`\npackage: ${total - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
