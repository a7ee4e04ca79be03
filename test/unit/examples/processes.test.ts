// Processes that compute together: all results in order, or the first failure when none runs any more.
import { expect, it } from 'vitest';
import { freePort, runTogether } from '../../../examples/processes.js';

const program = (code: string): { command: string[] } => ({
  command: [process.execPath, '-e', code],
});

it('gives what each has printed, with the environment of each', async () => {
  const second = { ...program('console.log(process.env.PLACE)'), env: { PLACE: 'second' } };
  expect(await runTogether([program('console.log(1 + 1)'), second])).toEqual(['2\n', 'second\n']);
});

it('ends the others when one fails, and says why it failed', async () => {
  const waits = program('setInterval(() => {}, 1000)');
  const fails = program('console.error("no data"); process.exit(3)');
  await expect(runTogether([waits, fails])).rejects.toThrow(/ended with exit code 3\nno data$/);
});

it('says that a program is not there', async () => {
  await expect(runTogether([{ command: ['no-such-program'] }])).rejects.toThrow('ENOENT');
});

it('finds a port', async () => {
  expect(await freePort()).toBeGreaterThan(0);
});
