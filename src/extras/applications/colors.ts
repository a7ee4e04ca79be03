/** Means of the colors of ImageNet, red, green and blue, where pixels are from 0 to 1. */
export const MEANS = [0.485, 0.456, 0.406] as const;

/** Standard deviations of the colors of ImageNet. */
export const DEVIATIONS = [0.229, 0.224, 0.225] as const;
