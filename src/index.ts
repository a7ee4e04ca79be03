/**
 * Neural networks that train in Node and in the browser.
 *
 * @module lanegrad
 */

// The whole library: every class is known by its name in Keras (`compile({ optimizer: 'rmsprop' })`, model files).
import './known.js';

export * from './core.js';
