// The optimizers that few programs use.
export { adadelta } from '../optimizers/adadelta';
export { adagrad } from '../optimizers/adagrad';
export { adamax } from '../optimizers/adamax';
export { ftrl } from '../optimizers/ftrl';
export { lion } from '../optimizers/lion';
export { nadam } from '../optimizers/nadam';
