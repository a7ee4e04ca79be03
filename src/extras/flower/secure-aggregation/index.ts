// Secure aggregation: a chunk that a node loads when a server asks for it.
export { SecureAggregation } from './secure-aggregation.js';
