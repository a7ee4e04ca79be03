// The same package from CommonJS: Node >= 22.12 may require() an ES module.
const { models, tensor } = require('lanegrad');

if (typeof models.Sequential !== 'function') throw new Error('models.Sequential is missing');
const sum = tensor([1, 2, 3]).sum().item();
if (sum !== 6) throw new Error(`1 + 2 + 3 = ${sum}`);
console.log('required');
