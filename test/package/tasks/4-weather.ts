// Hourly weather: windows of a series, an LSTM, a chart of the forecast and the truth.
import { readFile } from 'node:fs/promises';
import { layers, models, ops, random, tensor, utils } from 'lanegrad';
import * as vis from 'lanegrad/vis';

utils.setRandomSeed(1);
// Temperature and pressure of sixty days.
const hours = 60 * 24;
const noise = random.normal([hours, 2]).toArray(2);
const weather = tensor(
  noise.map(([a = 0, b = 0], hour) => [
    10 + 6 * Math.sin((2 * Math.PI * hour) / 24) + 0.3 * a,
    1013 + 5 * Math.sin((2 * Math.PI * hour) / 240) + 0.5 * b,
  ]),
);

const forTraining = 48 * 24;
const past = weather.slice([0, forTraining]);
const scaled = weather.sub(past.mean(0)).div(past.std(0));
const temperature = scaled.slice(':', 0);

const [steps, ahead] = [24, 6];
const windows = (startIndex: number, endIndex: number, shuffle: boolean) =>
  utils.timeseriesDatasetFromArray(scaled, temperature.slice(`${steps - 1 + ahead}:`), {
    sequenceLength: steps,
    batchSize: 64,
    startIndex,
    endIndex,
    shuffle,
    seed: 1,
  });
const train = windows(0, forTraining, true);
const test = windows(forTraining, hours - ahead, false);

const model = new models.Sequential([
  new layers.LSTM(8, { inputShape: [steps, 2] }),
  new layers.Dense(1),
]);
model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
const { history } = await model.fit(train, { epochs: 8, verbose: 0 });
console.log('loss', history.loss?.[0], '->', history.loss?.at(-1));

const forecast = await model.predict(test, { verbose: 0 });
const truth: number[] = [];
for await (const [x, y] of test) {
  truth.push(...y.toArray(1));
  x.dispose();
  y.dispose();
}
const forecasts = forecast.reshape([-1]);
const error = ops.abs(ops.sub(forecasts, truth)).mean().item();
for (const [i, value] of forecasts.toArray(1).slice(0, 3).entries()) {
  console.log('hour', i, 'forecast', value.toFixed(2), 'truth', truth[i]?.toFixed(2));
}
console.log('mean error', error);

await vis.show(vis.predictions(truth, forecasts, { xLabel: 'hour' }), 'forecast.svg');
const chart = await readFile('forecast.svg', 'utf8');
console.log('drawn', chart.startsWith('<svg') && chart.includes('hour'));
