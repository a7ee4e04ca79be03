// A search over learning rate and width with early stopping, checkpoints and logs for TensorBoard. Started again after a crash, it
// goes on.
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { callbacks, datasets, layers, models, optimizers, utils } from 'lanegrad';

interface Trial {
  readonly rate: number;
  readonly width: number;
  readonly loss: number;
  readonly epochs: number;
}

const isTrial = (value: unknown): value is Trial =>
  typeof value === 'object' && value !== null && 'rate' in value && 'width' in value;

const [[images, labels]] = await datasets.digits.loadData();
const x = images.reshape([-1, 64]).astype('float32').div(16);
const [[xTrain, yTrain], validationData] = utils.splitDataset([x, labels], {
  leftSize: 0.8,
  shuffle: true,
  seed: 1,
});

// What is finished is in a file; the trial that runs has its backup.
const file = 'trials.json';
const finished: unknown = existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : [];
const trials = Array.isArray(finished) ? finished.filter(isTrial) : [];
if (trials.length > 0) console.log('finished before', trials.length);

for (const rate of [0.01, 0.001]) {
  for (const width of [8, 32]) {
    if (trials.some((trial) => trial.rate === rate && trial.width === width)) continue;
    utils.setRandomSeed(1);
    const model = new models.Sequential([
      new layers.Dense(width, { activation: 'relu', inputShape: [64] }),
      new layers.Dense(10, { activation: 'softmax' }),
    ]);
    model.compile({
      optimizer: new optimizers.Adam({ learningRate: rate }),
      loss: 'sparse_categorical_crossentropy',
      metrics: ['accuracy'],
    });
    const backup = `backup-${rate}-${width}`;
    const { history, epoch } = await model.fit(xTrain, yTrain, {
      epochs: 12,
      validationData,
      verbose: 0,
      callbacks: [
        new callbacks.BackupAndRestore(backup),
        new callbacks.TensorBoard({ logDir: `logs/${rate}-${width}` }),
        new callbacks.EarlyStopping({ monitor: 'val_loss', patience: 2 }),
        new callbacks.ModelCheckpoint(`best-${rate}-${width}.keras`, {
          monitor: 'val_loss',
          saveBestOnly: true,
        }),
        { onEpochEnd: (number) => console.log('rate', rate, 'width', width, 'epoch', number) },
      ],
    });
    const loss = Math.min(...(history['val_loss'] ?? []));
    trials.push({ rate, width, loss, epochs: epoch.length });
    // Written beside and renamed: a crash leaves the old file or the new one.
    await writeFile(`${file}.part`, JSON.stringify(trials));
    await rename(`${file}.part`, file);
    await rm(backup, { recursive: true, force: true });
  }
}

const [best] = trials.toSorted((a, b) => a.loss - b.loss);
if (best === undefined) throw new Error('there were no trials');
const loaded = await models.loadModel(`best-${best.rate}-${best.width}.keras`);
const { accuracy } = await loaded.evaluate(x, labels, { verbose: 0, returnDict: true });
console.log('logs of', (await readdir('logs')).length, 'trials');
console.log('best: rate', best.rate, 'width', best.width, 'accuracy', accuracy);
