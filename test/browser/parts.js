// A layer of the page's own; the page and its workers import it.
import { layers } from '/dist/index.js';

export class Doubling extends layers.Layer {
  static className = 'Doubling';

  call(x) {
    return x.mul(2);
  }
}
