// node scripts/vitest-report.mjs REPORT: prints how many tests have passed and failed in a JSON report of vitest, and to the
// standard error the name and the reason of each one that has failed, and of files that could not be run.
import { readFileSync } from 'node:fs';

const { numPassedTests, numFailedTests, testResults } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);

for (const { name: file, status: ofFile, message, assertionResults } of testResults) {
  // A file that cannot be run has no tests.
  if (ofFile === 'failed' && assertionResults.length === 0) {
    console.error(`\n✗ ${file}\n${message.slice(0, 2000)}`);
  }
  for (const { status, fullName, failureMessages } of assertionResults) {
    if (status === 'failed')
      console.error(`\n✗ ${file}: ${fullName}\n${failureMessages.join('\n').slice(0, 2000)}`);
  }
}
console.log(`${numPassedTests} ${numFailedTests}`);
