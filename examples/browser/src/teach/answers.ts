// What the network says to the picture that it sees.
import { announce, find, percent } from '../page.js';
import { lab } from './lab.js';
import { tell } from './head.js';

/** What was said last to people who do not see the page. */
let said = '';

/** Shows the probabilities of the classes for features, and the class that it is; without features nothing. */
export function answer(features?: Float32Array): void {
  const probabilities = features === undefined ? undefined : tell(features);
  const classes = lab.head?.classes ?? [];
  const best = probabilities?.indexOf(Math.max(...probabilities)) ?? -1;
  for (const taught of lab.classes) {
    const at = classes.indexOf(taught);
    taught.show(probabilities?.[at], at >= 0 && at === best);
  }
  const [name, share] = [classes[best]?.name, probabilities?.[best] ?? 0];
  find('answer').textContent =
    name !== undefined
      ? `${name}, ${percent(share, 0)}`
      : lab.head === undefined
        ? 'It has not learned any classes yet.'
        : '';
  if (name !== undefined && share > 0.8 && name !== said) announce((said = name));
}
