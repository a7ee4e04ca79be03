// The page of `npm run bench:browser`: measures, shows tables, and tells the command that opened it, if one did.
import { backendInfo, configure } from 'lanegrad';
import { measureFrames, measureSteps } from './measure.js';
import type { PageMessage, PageReport, PageSetting } from './messages.js';
import { fetchProblem } from './problem.js';
import { startTfjs } from './tfjs.js';
import { showFacts, showSection, showStatus } from './view.js';

async function run(): Promise<PageReport> {
  await configure({ threads: 1 });
  const setting = (await (await fetch('/setting.json')).json()) as PageSetting;
  const problem = await fetchProblem(setting.rounds + 1);
  const tfjs = await startTfjs();
  const { relaxedSimd } = backendInfo();
  const facts: PageReport['facts'] = [
    ['browser', navigator.userAgent],
    ['processor', `${navigator.hardwareConcurrency} threads`],
    ['lanegrad', `${setting.lanegrad}, ${relaxedSimd ? 'relaxed' : 'strict'} SIMD`],
    ['tfjs', tfjs?.version ?? 'not installed: npm ci --prefix bench/peers'],
  ];
  showFacts(facts);
  const measured = { problem, tfjs, source: setting.source, rounds: setting.rounds };
  showStatus('Timing steps: the page stands still now and then. About 15 seconds …');
  const steps = await measureSteps(measured);
  showSection(steps);
  showStatus('Counting frames: about half a minute …');
  const frames = await measureFrames(measured);
  showSection(frames);
  showStatus(
    'Done. A tab in the background, or another program that computes, spoils the numbers.',
  );
  return { facts, sections: [steps, frames] };
}

/** A page that was opened by hand has no server to tell. */
async function tell(message: PageMessage): Promise<void> {
  await fetch('/told', { method: 'POST', body: JSON.stringify(message) }).catch(() => undefined);
}

try {
  await tell({ report: await run() });
} catch (error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  showStatus(text);
  await tell({ error: text });
}
