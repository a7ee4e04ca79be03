// A folder of JPEGs with a folder for each class: a frozen MobileNetV2, then fine-tuned, then asked about one file.
import { mkdir } from 'node:fs/promises';
import { Input, layers, models, optimizers, tidy, utils, zeros } from 'lanegrad';
import { MobileNetV2, mobilenetV2 } from 'lanegrad/applications';

const SIZE = 32;
const shades = { bright: 0.8, dark: 0.2 };

// The folder: bright and dark pictures.
utils.setRandomSeed(3);
for (const [name, shade] of Object.entries(shades)) {
  await mkdir(`pictures/${name}`, { recursive: true });
  for (let i = 0; i < 12; i++) {
    const picture = zeros([SIZE, SIZE, 3]).add(255 * shade + 3 * i);
    await utils.saveImg(`pictures/${name}/${i}.jpg`, picture, { scale: false });
  }
}

const [train, valid] = await utils.imageDatasetFromDirectory('pictures', {
  imageSize: [SIZE, SIZE],
  batchSize: 8,
  validationSplit: 0.25,
  subset: 'both',
  seed: 1,
});
const classNames = train.classNames ?? [];
for await (const [images, labels] of train.take(1)) {
  console.log('a batch', images.shape, labels.dtype);
  images.dispose();
  labels.dispose();
}

const augment = new layers.Pipeline([
  new layers.RandomFlip('horizontal'),
  new layers.RandomRotation(0.05),
]);
const augmented = train.map(([images, labels]) => [
  augment.apply(images, { training: true }),
  labels,
]);

// Without a network there are no published weights, so these are random; the steps are the same.
const base = MobileNetV2({
  weights: null,
  includeTop: false,
  inputShape: [SIZE, SIZE, 3],
  alpha: 0.35,
  pooling: 'avg',
});
base.trainable = false;

const image = Input([SIZE, SIZE, 3]);
const features = base.apply(mobilenetV2.preprocessInput(image), { training: false });
const model = new models.Model({
  inputs: image,
  outputs: new layers.Dense(classNames.length, { activation: 'softmax' }).apply(features),
});
model.compile({
  optimizer: new optimizers.Adam({ learningRate: 0.01 }),
  loss: 'sparse_categorical_crossentropy',
  metrics: ['accuracy'],
});
await model.fit(augmented, { epochs: 2, validationData: valid, verbose: 0 });

// Fine-tuning: the last layers of the base go on learning, in small steps.
base.trainable = true;
for (const layer of base.layers.slice(0, -10)) layer.trainable = false;
model.compile({
  optimizer: new optimizers.Adam({ learningRate: 1e-4 }),
  loss: 'sparse_categorical_crossentropy',
  metrics: ['accuracy'],
});
const { history } = await model.fit(augmented, { epochs: 1, validationData: valid, verbose: 0 });
console.log('validation', history['val_accuracy']?.at(-1));

const img = await utils.loadImg('pictures/dark/0.jpg', { targetSize: [SIZE, SIZE] });
const scores = await model.predict(utils.imgToArray(img).expandDims(0), { verbose: 0 });
const best = tidy(() => scores.argmax(-1).item());
console.log('this picture is', classNames[best], scores.data());
