// A thread that compiles what compile-kernels.mjs asks for, one after the other. The compiler is loaded once.
import { parentPort } from 'node:worker_threads';
import { createMemoryStream, main } from 'assemblyscript/asc';

parentPort.on('message', async (args) => {
  const stderr = createMemoryStream();
  const { error } = await main(args, { stdout: stderr, stderr });
  parentPort.postMessage({ hasFailed: error !== null, said: stderr.toString() });
});
