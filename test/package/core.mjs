// What `lanegrad/core` and the entry points of namespaces promise: the same classes, and no names until they are given.
import { Tensor, tensor } from 'lanegrad/core';
import * as core from 'lanegrad/core';
import { Dense } from 'lanegrad/layers';
import { Sequential } from 'lanegrad/models';
import * as losses from 'lanegrad/losses';
import { RMSprop, register } from 'lanegrad/optimizers';

function check(condition, message) {
  if (!condition) throw new Error(message);
}
function messageOf(f) {
  try {
    f();
  } catch (error) {
    return error.message;
  }
  return 'nothing was thrown';
}

check(core.layers.Dense === Dense, 'two classes Dense');
const x = tensor([[-1], [0], [1]]);
check(x.mul(2).add(1) instanceof Tensor, 'tensors have no methods');

const network = new Sequential();
network.add(new Dense(1, { activation: 'relu', inputShape: [1] }));
network.compile({ optimizer: new RMSprop(), loss: new losses.MeanSquaredError() });
await network.fit(x, x.abs(), { epochs: 2, verbose: 0 });
check(network.getConfig().layers.at(-1).module === 'keras.layers', 'Dense is not Keras’s');

const unknown = messageOf(() => network.compile({ optimizer: 'rmsprop', loss: 'mse' }));
check(/Unknown optimizer 'rmsprop'.*optimizers\.register\(Class\)/.test(unknown), unknown);
register(RMSprop);
losses.register(losses.MeanSquaredError);
network.compile({ optimizer: 'rmsprop', loss: 'mse' });

const full = await import('lanegrad');
// Stack traces and consoles show them.
for (const namespace of Object.values(full)) {
  for (const type of Object.values(Object(namespace))) {
    if (typeof type !== 'function' || !Object.hasOwn(type, 'className')) continue;
    // Keras calls a model of a graph otherwise than its class.
    if (type === full.models.Model) continue;
    check(type.name === type.className, `the class ${type.className} is called ${type.name}`);
  }
}
check(full.layers.Dense === Dense && full.Tensor === Tensor, 'lanegrad has classes of its own');
network.compile({ optimizer: 'adam', loss: 'mae' });
console.log('the same classes');
