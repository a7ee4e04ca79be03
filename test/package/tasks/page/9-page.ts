// A page that trains in a worker, draws the loss and the accuracy while it trains, and then shows which digits are taken for which.
import { callbacks, datasets, layers, models, utils } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import * as vis from 'lanegrad/vis';

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
  model.compile({
    optimizer: 'adam',
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });

  const remote = await inWorker(model);
  await remote.fit(images, labels, {
    epochs: 30,
    validationSplit: 0.2,
    verbose: 0,
    callbacks: [new callbacks.LivePlot(element('curves'))],
  });

  const scores = await remote.predict(testImages, { verbose: 0 });
  const { accuracy = NaN } = await remote.evaluate(testImages, testLabels, {
    verbose: 0,
    returnDict: true,
  });
  remote.dispose();
  await vis.show(vis.confusionMatrix(testLabels, scores), element('confusion'));
  element('result').textContent = `accuracy ${accuracy.toFixed(3)}`;
}

element('train').addEventListener('click', () => {
  train().catch((error: unknown) => {
    element('result').textContent = String(error);
  });
});
