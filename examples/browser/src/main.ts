// What the buttons of the page do.
import { loadDigits } from './digits.js';
import { offerFiles } from './files.js';
import { lab } from './lab.js';
import { act, find, say } from './page.js';
import { readPad } from './reading.js';
import { chooseDigits, chosenDigits, onDigits, propose } from './settings.js';
import { offerThreads } from './threads.js';
import { startOver, train, useDigits } from './training.js';

const address = new URLSearchParams(location.search);
const loadChosen = (): Promise<void> => useDigits(loadDigits(chosenDigits(), address.get('mnist')));

find('start').addEventListener('click', act(train));
find('reset').addEventListener('click', act(async () => {
  if (lab.digits === undefined) return loadChosen();
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
onDigits(act(async () => {
  say('Loading …');
  await loadChosen();
})); // prettier-ignore

offerThreads();
offerFiles();
void readPad();
chooseDigits(address.has('mnist') ? 'mnist' : 'digits');
act(loadChosen)();
