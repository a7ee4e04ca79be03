// The whole library: every class is known by its name in Keras (`compile({ optimizer: 'rmsprop' })`, model files).
import './known.js';

export * from './core.js';
