// What the buttons of the page do.
import { act, find, say } from '../page.js';
import { offerThreads } from '../threads.js';
import { offerAttention } from './attention.js';
import { offerComposer } from './composer.js';
import { loadText, offerFiles } from './files.js';
import { lab } from './lab.js';
import { propose } from './settings.js';
import { startOver, train } from './training.js';

const given = new URLSearchParams(location.search).get('text');
if (given) find<HTMLInputElement>('address').value = given;

find('start').addEventListener('click', act(train));
find('reset').addEventListener('click', act(async () => {
  if (lab.text === undefined) return loadText();
  await startOver();
  say('A new network. It is untrained.');
})); // prettier-ignore
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-try]')) {
  button.addEventListener('click', act(async () => {
    propose(JSON.parse(button.dataset['try'] ?? '{}') as Record<string, string>);
    await startOver();
    await train();
  })); // prettier-ignore
}

offerThreads();
offerFiles();
offerComposer();
offerAttention();
act(loadText)();
