// Runs the cases one after another, shows them on the page and tells the test program, if there is one.
// `window.report` is put there by scripts/test-browser.mjs.
const list = document.querySelector('#results');

async function report(result) {
  const item = document.createElement('li');
  item.textContent = `${result.passed ? '✓' : '✗'} ${result.name} ${result.detail}`;
  list.append(item);
  await window.report?.(result);
}

async function main() {
  const { cases: ofLibrary } = await import('./cases.js');
  const { cases: ofWorkers } = await import('./cases-remote.js');
  const cases = [...ofLibrary, ...ofWorkers];
  for (const [name, run] of cases) {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    try {
      const detail = (await run()) ?? '';
      await report({ name, passed: true, detail, seconds: seconds() });
    } catch (error) {
      await report({ name, passed: false, detail: error.stack, seconds: seconds() });
    }
  }
}

main()
  .catch((error) => report({ name: 'loading', passed: false, detail: error.stack, seconds: 0 }))
  .finally(() => window.report?.('done'));
