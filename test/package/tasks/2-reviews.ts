// Film reviews as texts: TextVectorization inside the model, saved, loaded, asked.
import { Input, layers, models, Sequential, tensor, utils } from 'lanegrad';

utils.setRandomSeed(1);
const good = ['a good film', 'great fun', 'good and moving', 'great story, good actors'];
const bad = ['a bad film', 'dull', 'bad and boring', 'dull story, bad actors'];
const reviews = [...good, ...bad];
const labels = tensor([...good.map(() => 1), ...bad.map(() => 0)]);

const vectorize = new layers.TextVectorization({ maxTokens: 1000, outputSequenceLength: 6 });
await vectorize.adapt(reviews);

const model = new Sequential([
  Input([], { dtype: 'string' }),
  vectorize,
  new layers.Embedding(1000, 16, { maskZero: true }),
  new layers.GlobalAveragePooling1D(),
  new layers.Dense(1, { activation: 'sigmoid' }),
]);
model.compile({ optimizer: 'adam', loss: 'binary_crossentropy', metrics: ['accuracy'] });
await model.fit(reviews, labels, { epochs: 60, verbose: 0 });
await model.save('reviews.keras');

const loaded = await models.loadModel('reviews.keras');
const chances = await loaded.predict(['a great film', 'a dull story'], { verbose: 0 });
for (const [chance = 0] of chances.toArray(2)) console.log(chance > 0.5 ? 'good' : 'bad');
