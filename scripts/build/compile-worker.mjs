// A thread that compiles the targets that compile-kernels.mjs requests, one after another. The compiler is loaded once.
import { parentPort } from 'node:worker_threads';
import { createMemoryStream, main } from 'assemblyscript/asc';

parentPort.on('message', async (args) => {
  const stderr = createMemoryStream();
  const { error } = await main(args, { stdout: stderr, stderr });
  parentPort.postMessage({ hasFailed: error !== null, said: stderr.toString() });
});
