// From import to the first trained step, in a process that has done nothing before: prints milliseconds.
const started = performance.now();
const { layers, models, utils, zeros } = await import('../../dist/index.js');
const imported = performance.now();
const network = new models.Sequential();
network.add(new layers.Dense(512, { activation: 'relu', inputShape: [784] }));
network.add(new layers.Dense(10, { activation: 'softmax' }));
network.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
network.trainOnBatch(zeros([128, 784]), utils.toCategorical(zeros([128], 'int32'), 10));
const trained = performance.now();
console.log(JSON.stringify({ import: imported - started, first: trained - started }));
