// A layer of the project's own; the program and its worker import it.
import { layers } from 'lanegrad';

export class Halving extends layers.Layer {
  static className = 'Halving';

  call(x) {
    return x.div(2);
  }
}
