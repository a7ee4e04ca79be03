// The pure-JavaScript reference in a separate process: javascript.ts [skip-zeros]
import { serve } from '../peers/protocol.js';
import { ReferenceTrainer } from '../reference/trainer.js';

const skipZeros = process.argv[2] === 'skip-zeros';

await serve(({ inputs, hidden, classes, batchSize, weights }) => {
  const [kernel1, bias1, kernel2, bias2] = weights;
  if (!kernel1 || !bias1 || !kernel2 || !bias2) throw new Error('expected four weights');
  const trainer = new ReferenceTrainer({ inputs, hidden, classes, batchSize, skipZeros }, [
    kernel1,
    bias1,
    kernel2,
    bias2,
  ]);
  return {
    versions: {},
    settings: skipZeros ? 'typed arrays, zeros left out' : 'typed arrays',
    step: (x, y) => trainer.step(x, y),
  };
});
