// A page that trains in a worker, shows the loss of each epoch, and then which digits are taken for which.
import { datasets, layers, models, ops, tidy, utils } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element '${id}'`);
  return found;
}

async function train(): Promise<void> {
  utils.setRandomSeed(1);
  const [[images, labels], [testImages, testLabels]] = await datasets.digits.loadData();
  const model = new models.Sequential([
    new layers.Rescaling(1 / 16, { inputShape: [8, 8] }),
    new layers.Flatten(),
    new layers.Dense(32, { activation: 'relu' }),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy' });

  const remote = await inWorker(model);
  await remote.fit(images, labels, {
    epochs: 8,
    verbose: 0,
    callbacks: {
      onEpochEnd: (epoch, logs) => {
        element('loss').textContent += `${epoch + 1}: ${logs.loss.toFixed(3)} `;
      },
    },
  });

  const scores = await remote.predict(testImages, { verbose: 0 });
  remote.dispose();
  const matrix = tidy(() =>
    ops.confusionMatrix(testLabels, scores.argmax(-1), { numClasses: 10 }).toArray(2),
  );
  const table = element('confusion');
  for (const counts of matrix) {
    const row = table.appendChild(document.createElement('tr'));
    for (const count of counts) {
      row.appendChild(document.createElement('td')).textContent = String(count);
    }
  }
  const right = matrix.reduce((sum, counts, digit) => sum + (counts[digit] ?? 0), 0);
  element('result').textContent = `accuracy ${(right / testLabels.size).toFixed(3)}`;
}

element('train').addEventListener('click', () => {
  train().catch((error: unknown) => {
    element('result').textContent = String(error);
  });
});
