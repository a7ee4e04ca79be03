// The fixed training run whose weights are fingerprinted. Plain JavaScript without imports, so that Node and a
// browser run the same file; the package comes in as an argument.

/**
 * Trains a small network (dropout included, and large enough to be shared by threads) for two epochs on the embedded digits, from a fixed seed.
 *
 * @param {typeof import('lanegrad')} lanegrad the built package
 * @returns {Promise<string>} SHA-256 of all weights in order, little-endian float32, as hex
 */
export async function fingerprint({ datasets, layers, models, utils }) {
  utils.setRandomSeed(7);
  const [[images, labels]] = await datasets.digits.loadData();
  const x = images.reshape([-1, 64]).astype('float32').div(16);
  const y = utils.toCategorical(labels, 10);

  const network = new models.Sequential();
  network.add(new layers.Dense(256, { activation: 'relu', inputShape: [64] }));
  network.add(new layers.Dropout(0.2));
  network.add(new layers.Dense(10, { activation: 'softmax' }));
  network.compile({
    optimizer: 'rmsprop',
    loss: 'categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await network.fit(x, y, { epochs: 2, batchSize: 32, verbose: 0 });

  const weights = network.getWeights().map((weight) => weight.data());
  const bytes = new DataView(
    new ArrayBuffer(4 * weights.reduce((sum, { length }) => sum + length, 0)),
  );
  let at = 0;
  for (const weight of weights) {
    for (const value of weight) {
      // A NaN would compare equal to every other NaN below.
      if (!Number.isFinite(value)) throw new Error('fingerprint: a weight is not finite');
      bytes.setFloat32(at, value, true);
      at += 4;
    }
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes.buffer);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
