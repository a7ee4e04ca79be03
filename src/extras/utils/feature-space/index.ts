export type { AdaptColumns, Columns, ColumnsBatch } from './adapt.js';
export type { ColumnLike } from './columns.js';
export type {
  Cross,
  CrossOptions,
  Feature,
  FeatureMode,
  FeatureOptions,
  FeatureType,
} from './feature.js';
export { FeatureSpace } from './feature-space.js';
export type { FeatureSpaceOptions } from './feature-space.js';
export type { FeatureTypeName } from './specification.js';
export type {
  CategoricalOptions,
  FeatureName,
  FloatDiscretizedOptions,
  FloatRescaledOptions,
  LookupOptions,
} from './standard-features.js';
