// The package in programs without a page: Node's versions, Deno, Bun and Cloudflare's workerd.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { withNodeVersions } from '../fingerprint/node-versions.mjs';
import { assert, run } from './project.mjs';

/** Node's versions: a network trains, `require` gives the package, and all entry points give the same classes. One result for each version. */
export function inNode(majors, folder) {
  return withNodeVersions(majors, async (binary) => ({
    learned: await run(folder, binary, 'esm.mjs'),
    required: await run(folder, binary, 'require.cjs'),
    core: await run(folder, binary, 'core.mjs'),
    trained: JSON.parse(await run(folder, binary, 'fingerprint.mjs')),
  }));
}

export async function inDeno(binary, folder) {
  return JSON.parse(await run(folder, binary, 'run', '--allow-all', 'fingerprint.mjs'));
}

export async function inBun(binary, folder) {
  return JSON.parse(await run(folder, binary, 'fingerprint.mjs'));
}

/** A model is compiled, and its module runs by itself. */
export async function compiledIn(folder, binary, ...args) {
  const said = await run(folder, binary, ...args, 'compiled.mjs');
  assert(said.trim() === 'the same numbers', said);
}

/** The commands of `npx lanegrad` in a runtime, on a model that was saved before. */
export async function runsCommands(folder, ...command) {
  await run(folder, process.execPath, 'command-line.mjs');
  const predicted = await run(folder, ...command, 'predict', 'sum.keras', 'x.npy');
  assert(predicted.trim() === '[[ 5.  3.]\n [11.  3.]]', `predict prints\n${predicted}`);
  await run(folder, ...command, 'convert', '--force', 'sum.keras', 'sum.npz');
  const summary = await run(folder, ...command, 'summary', 'sum.npz');
  assert(/m\/sum\/kernel +\(2, 2\) +float32/.test(summary), `summary prints\n${summary}`);
}

/** What console.mjs shows: [{ … }] as each runtime writes it, the rest alike. */
const SHOWN = `\
<Sequential name=net, input=(None, 4), output=(None, 3), params=67>
  <Dense name=first, input=(None, 4), output=(None, 8), params=40>
  <Sequential name=inner, input=(None, 8), output=(None, 3), params=27>
    <Dense name=last, input=(None, 8), output=(None, 3), params=27>
  <Flatten name=flat, input=(None, 3), output=(None, 3), params=0>
  compiled with optimizer=<SGD name=sgd, learningRate=0.01, momentum=0, nesterov=false, iterations=0>, loss=mean_squared_error, metrics=[mae]
<History epochs=1>
  loss: 0.5
  mae: 0.25
Tensor([[1. 2.]
        [3. 4.]], shape=(2, 2), dtype=float32)
<Dataset size=2>
[ { optimizer: <SGD name=sgd, learningRate=0.01, momentum=0, nesterov=false, iterations=0> } ]
{"x":[[1,2],[3,4]]}
DataCloneError
`;

/** What a console shows of models, tensors and the rest. */
export async function showsObjects(folder, binary, ...args) {
  const shown = await run(folder, binary, ...args, 'console.mjs');
  const comparable = (text) => text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/,? (?=[\]}])|(?<=[[{]) /g, '').trim(); // prettier-ignore
  assert(comparable(shown) === comparable(SHOWN), `a console shows\n${shown}`);
}

/** Classes have their names; with `--enable-source-maps` Node names the sources and shows the line that has thrown. */
export async function tracesAreReadable(folder) {
  const { stack, misnamed, inFit } = JSON.parse(await run(folder, process.execPath, 'trace.mjs'));
  assert(misnamed.length === 0, `classes with other names: ${misnamed.join(', ')}`);
  assert(/\n {4}at Dense\.apply \(.*\/dist\/[\w-]+\.js:\d+:\d+\)/.test(stack), stack);
  // Private methods alone have short names, behind a `#`.
  const names = [...inFit.matchAll(/\n {4}at (?:async )?([\w$.]+) \(.*\/dist\//g)].map(
    ([, name]) => name,
  );
  for (const name of ['trainStep', 'tidy', 'fit']) assert(names.includes(name) || names.some((one) => one.endsWith(`.${name}`)), inFit); // prettier-ignore
  assert(
    names.every((name) => /[a-z]{2}/i.test(name)),
    inFit,
  );
  const options = { cwd: folder, encoding: 'utf8' };
  const { stderr } = spawnSync(process.execPath, ['--enable-source-maps', 'trace.mjs', 'throw'], options); // prettier-ignore
  assert(
    /\n {4}at Dense\.apply \(.*\/src\/nn\/layers\/core\/layer\.ts:\d+:\d+\)/.test(stderr),
    stderr,
  );
  assert(
    /\/src\/nn\/layers\/core\/input-spec\.ts:\d+\n +throw new ShapeError\(/.test(stderr),
    stderr,
  );
}

/** Bundled to CommonJS, where `import.meta.url` is missing: there are no workers, and work goes on without. */
export async function inCommonJs(folder) {
  const program = `
    import { backendInfo, configure, ones } from 'lanegrad';
    configure({ threads: 3 });
    const x = ones([400, 400]);
    console.log(x.matmul(x).matmul(x).sum().item(), backendInfo().threads);`;
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: folder },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    logLevel: 'silent',
  });
  writeFileSync(path.join(folder, 'bundle.cjs'), outputFiles[0].text);
  const { stdout, stderr } = spawnSync(process.execPath, ['bundle.cjs'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert(stdout.trim() === `${400 ** 4} 1`, stdout + stderr);
  assert(stderr.match(/worker thread is missing/g)?.length === 1, stderr);
}

/** Bundled by esbuild as wrangler does, `.wasm` left to the host. A picture is decoded there by a peer, too. */
export async function inWorkerd(binary, folder) {
  const picture = readFileSync(path.join(folder, 'j0.jpg'));
  // Behind the header of a .npy file of bytes.
  const npy = readFileSync(path.join(folder, 'j0.jpg.rgb.npy'));
  const pixels = npy.subarray(10 + npy.readUInt16LE(8));
  const outdir = path.join(folder, 'workerd');
  await build({
    absWorkingDir: folder,
    entryPoints: ['workerd.mjs'],
    outExtension: { '.js': '.mjs' },
    outdir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['*.wasm'],
    logLevel: 'warning',
  });
  for (const wasm of [
    'lanegrad/dist/wasm/lanegrad.simd.wasm',
    '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  ]) {
    copyFileSync(path.join(folder, 'node_modules', wasm), path.join(outdir, path.basename(wasm)));
  }
  const server = spawn(binary, ['serve', 'workerd.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  try {
    const origin = `http://127.0.0.1:${await portOf(server)}`;
    const answer = async (path, body) => {
      const response = await fetch(`${origin}${path}`, { method: 'POST', body });
      return { isGood: response.ok, text: await response.text() };
    };
    for (const [path, advice] of [
      ['/embedded', 'configure({ wasmModule })'],
      ['/undecoded', 'setPictureCodecs({ jpegDecoder: url })'],
    ]) {
      const { isGood, text } = await answer(path, picture);
      assert(
        !isGood && text.includes(advice),
        `expected an error that names ${advice}, got: ${text}`,
      );
    }
    const decoded = await answer('/decoded', picture);
    assert(decoded.isGood, decoded.text);
    const farthest = Math.max(...JSON.parse(decoded.text).map((x, i) => Math.abs(x - pixels[i])));
    assert(farthest <= 1, `a picture is ${farthest} levels off`);
    const training = await answer('/');
    assert(training.isGood, training.text);
    return JSON.parse(training.text);
  } finally {
    server.kill();
  }
}

/** The port that workerd says it listens on. */
function portOf(server) {
  return new Promise((resolve, reject) => {
    let output = '';
    server.stderr.on('data', (chunk) => (output += chunk));
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`workerd ended with code ${code}: ${output}`)));
    let said = '';
    server.stdio[3].on('data', (chunk) => {
      said += chunk;
      const port = /"port":(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(port);
    });
  });
}
