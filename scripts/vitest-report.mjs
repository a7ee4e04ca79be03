// A reporter for Vitest: at the end of a run it says what was skipped, and why. A test gives the reason by `context.skip(why)`, or by
// `(needs …)` in its title or in that of a group around it. If all folders of additional data are given, only what NOT_THERE names
// may be skipped. If LANEGRAD_TEST_REPORT names a file, the file gets `PASSED FAILED`, and the files next to it with the endings
// .failed and .skipped get the tests that failed and were skipped.
import { writeFileSync } from 'node:fs';

/** What may be missing in addition to those folders. */
const NOT_THERE = [
  'LANEGRAD_CHARTS_PYTHON',
  'LANEGRAD_FLOWER_PYTHON',
  'LANEGRAD_PILLOW_PYTHON',
  'Fashion-MNIST',
  'root',
  'devices',
  'Linux',
];

const textOf = (errors) =>
  errors.map(({ stack, message }) => stack ?? message).join('\n').slice(0, 2000); // prettier-ignore

export default class Report {
  #isPart = false;
  #isComplete;

  /** @param options isComplete: whether all folders of further data are given */
  constructor({ isComplete }) {
    this.#isComplete = isComplete;
  }

  onInit(vitest) {
    // Of a run of tests by their names all others count as skipped.
    this.#isPart = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules) {
    if (this.#isPart) return;
    const failed = [];
    const skipped = new Map();
    const passed = new Set();
    let count = 0;
    for (const module of modules) {
      const file = module.relativeModuleId;
      // A file that cannot be run has no tests.
      const errors = module.errors();
      if (errors.length > 0) failed.push(`${file}\n${textOf(errors)}`);
      for (const test of module.children.allTests()) {
        const { state, errors = [], note } = test.result();
        const name = `${file}: ${test.fullName}`;
        if (state === 'passed') {
          count++;
          passed.add(name);
        } else if (state === 'failed') failed.push(`${name}\n${textOf(errors)}`);
        else skipped.set(name, note ?? /\(needs (.*?)\)/.exec(name)?.[1]);
      }
    }
    // With other data it has run.
    for (const name of passed) skipped.delete(name);
    const list = [...skipped].map(([name, why]) => `↓ ${name.replace(/ \(needs .*?\)/, '')}: ${why === undefined ? 'no reason is given' : `needs ${why}`}`); // prettier-ignore
    const wrong = [...skipped].filter(
      ([, why]) =>
        why === undefined || (this.#isComplete && !NOT_THERE.some((name) => why.includes(name))),
    );
    for (const [name, why] of wrong) {
      const told = why === undefined ? 'without a reason' : `though there is ${why}`;
      failed.push(`${name}\nskipped ${told}`);
      console.error(`✗ ${name}: skipped ${told}`);
    }
    if (list.length > 0) console.log(`\nskipped:\n${list.join('\n')}`);
    if (wrong.length > 0) process.exitCode = 1;
    const report = process.env.LANEGRAD_TEST_REPORT;
    if (report === undefined) return;
    writeFileSync(report, `${count} ${failed.length}\n`);
    writeFileSync(`${report}.failed`, failed.map((text) => `\n✗ ${text}\n`).join(''));
    writeFileSync(`${report}.skipped`, list.map((line) => `${line}\n`).join(''));
  }
}
