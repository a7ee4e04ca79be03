// Pictures that are painted by gradients with respect to their pixels.
import { models, ops, optimizers, tidy, Variable } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** What some layers make of a picture. */
export type Eyes = (picture: Tensor) => readonly Tensor[];

/** What layers of those names make of a picture. */
export function eyesOf(network: models.Sequential, names: readonly string[]): Eyes {
  const seen = new models.Model({
    inputs: network.input,
    outputs: names.map((name) => network.getLayer(name).output),
  });
  return (picture) => seen.apply(picture);
}

/** A picture, with the value that it was painted for before and after. */
export interface Painted {
  /** [1, height, width, channels] */
  readonly picture: Tensor;
  readonly before: number;
  readonly after: number;
}

/** Changes a picture by Adam until a function of it is small. Pixels stay from 0 to 1. */
export function paint(
  start: Tensor,
  lossOf: (picture: Tensor) => Tensor,
  steps: number,
  learningRate: number,
): Painted {
  // A variable takes its tensor over, which steps change in place.
  const canvas = new Variable(start.clone());
  const brush = new optimizers.Adam({ learningRate });
  const value = (): number => tidy(() => lossOf(canvas.value).item());
  const before = value();
  for (let step = 0; step < steps; step++) {
    tidy(() => {
      brush.minimize(() => lossOf(canvas.value), [canvas]);
      canvas.assign(canvas.value.clip(0, 1));
    });
  }
  return { picture: canvas.value, before, after: value() };
}

/**
 * DeepDream: a picture in which a layer sees more of what it sees already. What is maximized is the mean square of its maps.
 * Source: A. Mordvintsev et al., "Inceptionism", 2015.
 */
export function dream(eyes: Eyes, picture: Tensor, steps: number): Painted {
  const { before, after, ...rest } = paint(
    picture,
    (x) => {
      const [maps] = eyes(x);
      if (maps === undefined) throw new Error('there is no layer to dream with');
      return maps.square().mean().neg();
    },
    steps,
    0.01,
  );
  return { ...rest, before: -before, after: -after };
}

/** How often each two maps are bright at the same place: the texture of a picture. Gram matrix / places, [channels, channels]. */
const textureOf = (maps: Tensor): Tensor => {
  const [, height = 0, width = 0, channels = 0] = maps.shape;
  const rows = maps.reshape([height * width, channels]);
  return ops.matmul(ops.transpose(rows), rows).div(height * width);
};

/** How much the content counts, compared with the texture of a layer. */
const CONTENT = 0.5;

/**
 * Style transfer: the shapes of one picture in the texture of another, painted from noise.
 * Source: L. Gatys et al., "A Neural Algorithm of Artistic Style", 2015.
 *
 * @param eyes layers whose textures are compared; the maps of the last are compared as they are, too
 */
export function transferStyle(
  eyes: Eyes,
  pictures: { readonly content: Tensor; readonly style: Tensor; readonly start: Tensor },
  steps: number,
): Painted {
  const wanted = tidy(() => ({
    textures: eyes(pictures.style).map(textureOf),
    content: eyes(pictures.content).slice(-1),
  }));
  const apart = (a: Tensor, b: Tensor): Tensor => a.sub(b).square().mean();
  return paint(
    pictures.start,
    (x) => {
      const maps = eyes(x);
      let loss = maps
        .map((each, i) => apart(textureOf(each), wanted.textures[i] ?? each))
        .reduce((sum, each) => sum.add(each));
      for (const content of wanted.content) {
        loss = loss.add(apart(maps.at(-1) ?? content, content).mul(CONTENT));
      }
      return loss;
    },
    steps,
    0.03,
  );
}
