// Runs the cases one after another, shows them on the page and tells the server, scripts/browsers/test-browser.mjs.
const list = document.querySelector('#results');

/** A page that was opened by hand has no server to tell. */
async function tell(message) {
  await fetch('/told', { method: 'POST', body: JSON.stringify(message) }).catch(() => undefined);
}

async function report(result) {
  const item = document.createElement('li');
  const mark = result.skipped ? '–' : result.passed ? '✓' : '✗';
  item.textContent = `${mark} ${result.name} ${result.detail}`;
  list.append(item);
  await tell(result);
}

const uncaught = (error) =>
  void report({ name: 'an error that was not caught', passed: false, detail: error?.stack ?? String(error) }); // prettier-ignore
addEventListener('error', (event) => uncaught(event.error ?? event.message));
addEventListener('unhandledrejection', (event) => uncaught(event.reason));

async function main() {
  await tell({ browser: navigator.userAgent });
  const { cases: ofLibrary } = await import('./cases.js');
  const { cases: ofWorkers } = await import('./cases-remote.js');
  const { cases: ofPool } = await import('./cases-workers.js');
  const { cases: ofPictures } = await import('./cases-pictures.js');
  const cases = [...ofLibrary, ...ofPictures, ...ofWorkers, ...ofPool];
  for (const [name, run] of cases) {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    try {
      const detail = (await run()) ?? '';
      await report({ name, passed: true, detail, seconds: seconds() });
    } catch (error) {
      const skipped = error.name === 'Skipped';
      const detail = skipped ? error.message : `${error}\n${error.stack}`;
      await report({ name, passed: skipped, skipped, detail, seconds: seconds() });
    }
  }
}

main()
  .catch((error) => report({ name: 'loading', passed: false, detail: `${error}\n${error.stack}` }))
  .finally(() => tell('done'));
