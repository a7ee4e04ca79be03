// Custom classes and functions under packages and names, as Keras's register_keras_serializable puts them into files.
import ts from 'typescript';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  activations,
  constraints,
  FormatError,
  initializers,
  layers,
  losses,
  metrics,
  models,
  optimizers,
  regularizers,
  Sequential,
  tensor,
  utils,
  ValueError,
} from 'lanegrad';
import type { Config, Tensor } from 'lanegrad';

const { registerKerasSerializable: register, getRegisteredName, getRegisteredObject } = utils;

afterEach(() => {
  utils.getCustomObjects().clear();
});

class Twice extends layers.Layer {
  static override readonly className: string = 'Twice';
  override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

class Power extends losses.Loss {
  static override readonly className = 'Power';
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.sub(yTrue).square().mean(-1);
  }
}

class Above extends regularizers.Regularizer {
  static override readonly className = 'Above';
  override call(x: Tensor): Tensor {
    return x.relu().sum();
  }
  static fromConfig(): Above {
    return new Above();
  }
}

async function saved(model: models.Model): Promise<Uint8Array> {
  let file = new Uint8Array();
  await model.save({ write: (_, bytes) => void (file = bytes) }, { format: 'keras' });
  return file;
}

const stack = (): Sequential => new Sequential([layers.Input([2]), new Twice()]);

describe('names in configs', () => {
  it('are package and name, by default Custom and the name of the class', () => {
    register()(Power);
    register('mine', 'Doubling')(Twice);
    expect(losses.serialize(new Power())).toMatchObject({
      module: null,
      class_name: 'Power',
      registered_name: 'Custom>Power',
    });
    expect(layers.serialize(new Twice())).toMatchObject({
      class_name: 'Twice',
      registered_name: 'mine>Doubling',
    });
    expect(getRegisteredName(Twice)).toBe('mine>Doubling');
    expect(getRegisteredName(layers.Dense)).toBe('Dense');
    expect(getRegisteredObject('mine>Doubling')).toBe(Twice);
    expect(getRegisteredObject('mine>Twice')).toBeNull();
    expect(getRegisteredObject('Twice', { Twice })).toBe(Twice);
  });

  it('say of functions what Keras says of them', () => {
    const cube = register('mine', 'cube')((x: Tensor) => x.pow(3));
    // As keras.activations.serialize of a registered function of __main__ gives it.
    const written = {
      module: null,
      class_name: 'function',
      config: 'mine>cube',
      registered_name: 'mine>cube',
    };
    expect(cube.name).toBe('cube');
    expect(activations.serialize(cube)).toEqual(written);
    expect(new layers.Dense(1, { activation: cube }).getConfig()['activation']).toEqual(written);
    expect(activations.deserialize(written)).toBe(cube);
    expect(activations.get('mine>cube')).toBe(cube);
  });

  it('belong to the class that was registered, not to those that extend it', () => {
    register('mine')(Twice);
    class Again extends Twice {
      static override readonly className = 'Again';
    }
    expect(layers.serialize(new Again()).registered_name).toBe('Again');
  });
});

describe('what is registered', () => {
  it('goes through each namespace and back', () => {
    register('mine')(Above);
    const penalty = register('mine', 'penalty')((w: Tensor) => w.abs().sum());
    const halves = register(
      'mine',
      'halves',
    )((shape: readonly number[]) => tensor(0.5).broadcastTo(shape));
    const upper = register('mine', 'upper')((w: Tensor) => w.minimum(1));
    const gap = register('mine', 'gap')((yTrue: Tensor, yPred: Tensor) => yPred.sub(yTrue).abs().mean(-1)); // prettier-ignore
    const w = tensor([1, -2]);
    const again = <T, S>(
      by: { readonly serialize: (o: T) => S; readonly deserialize: (c: S & {}) => T },
      object: T,
    ): T => by.deserialize(by.serialize(object) as S & {});
    expect(again(regularizers, new Above())).toBeInstanceOf(Above);
    expect(again(regularizers, regularizers.get(penalty))?.call(w).item()).toBe(3);
    expect(again(initializers, initializers.get(halves)).apply([2]).toString()).toBe('[0.5 0.5]');
    expect(
      again(constraints, constraints.get(upper))
        ?.call(tensor([3]))
        .item(),
    ).toBe(1);
    expect(
      again(losses, losses.get(gap))
        .apply([[1]], [[4]])
        .item(),
    ).toBe(3);
    const metric = again(metrics, metrics.get(gap));
    metric.updateState([[1]], tensor([[4]]));
    expect(metric.result()).toBe(3);
    expect(metric.name).toBe('gap');
  });

  it('is found by the full name that a model is compiled with', () => {
    register('mine', 'gap')((yTrue: Tensor, yPred: Tensor) => yPred.sub(yTrue).abs().mean(-1));
    expect(
      losses
        .get('mine>gap')
        .apply([[1]], [[4]])
        .item(),
    ).toBe(3);
  });

  it('is kept apart by packages', () => {
    class Other extends layers.Layer {
      static override readonly className = 'Twice';
    }
    register('one')(Twice);
    register('two')(Other);
    const config = (name: string) => ({ class_name: 'Twice', config: {}, registered_name: name });
    expect(layers.deserialize(config('one>Twice'))).toBeInstanceOf(Twice);
    expect(layers.deserialize(config('two>Twice'))).toBeInstanceOf(Other);
    expect(() => layers.deserialize(config('three>Twice'))).toThrow(/Unknown layer 'Twice'/);
  });

  it('may decorate a class', () => {
    const { outputText } = ts.transpileModule(
      `@register('mine') class Decorated extends Base { static className = 'Decorated'; }`,
      { compilerOptions: { target: ts.ScriptTarget.ES2022 } },
    );
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code of a decorator is what the compiler makes of it
    const make = new Function('register', 'Base', `${outputText}; return Decorated;`) as (
      ...args: unknown[]
    ) => unknown;
    const Decorated = make(register, layers.Layer);
    expect(getRegisteredObject('mine>Decorated')).toBe(Decorated);
  });

  it('saves a Lambda by its functions', async () => {
    const cube = register('mine', 'cube')((x: Tensor) => x.pow(3));
    const model = new Sequential([
      layers.Input([2]),
      new layers.Lambda(cube, { outputShape: [2], name: 'cubes' }),
    ]);
    const bytes = await saved(model);
    const loaded = await models.loadModel(bytes);
    expect(loaded.predictOnBatch([[1, 2]]).toString()).toBe('[[1. 8.]]');
    utils.getCustomObjects().clear();
    await expect(models.loadModel(bytes)).rejects.toThrow(/function 'mine>cube' .* not known here/);
    const given = await models.loadModel(bytes, { customObjects: { 'mine>cube': cube } });
    expect(given.outputShape).toEqual([null, 2]);
    const config = { function: 'mine>cube', arguments: { n: 2 } };
    expect(() => layers.Lambda.fromConfig(config)).toThrow(/Lambda: arguments/);
  });

  it('makes a class of models', async () => {
    class Net extends models.Model {
      static override readonly className = 'Net';
    }
    register('mine')(Net);
    const input = layers.Input([2]);
    const bytes = await saved(
      new Net({ inputs: input, outputs: new layers.Dense(1).apply(input) }),
    );
    expect(await models.loadModel(bytes)).toBeInstanceOf(Net);
    utils.getCustomObjects().clear();
    await expect(models.loadModel(bytes)).rejects.toThrow(/not known here: mine>Net/);
  });

  it.each([
    ['an empty package', () => register(''), /packageName must be a text/],
    ['a function without a name', () => register()((x: Tensor) => x), /the name of a function/],
    ['what is not a class', () => register()(3 as never), /expected a class or a function, got 3/],
    [
      'a class without configs',
      () => register()(class Bare extends Array {}),
      /'Bare' needs a method getConfig/,
    ],
    ['an empty name to look for', () => getRegisteredObject(''), /name must be a text/],
  ])('refuses %s', (_, f, message) => {
    expect(f).toThrow(ValueError);
    expect(f).toThrow(message);
  });
});

describe('what is given for a while', () => {
  const config = { class_name: 'Twice', config: {} };

  it('holds within the function, and ends with an error too', () => {
    expect(utils.customObjectScope({ Twice }, () => layers.deserialize(config))).toBeInstanceOf(
      Twice,
    );
    expect(() =>
      utils.customObjectScope({ Twice }, () => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
    expect(() => layers.deserialize(config)).toThrow(/Unknown layer 'Twice'/);
  });

  it('nests: the inner one counts first, then the outer one, then what is registered', () => {
    class Inner extends Twice {
      static override readonly className = 'Inner';
    }
    class Registered extends Twice {
      static override readonly className = 'Registered';
    }
    register('mine', 'Twice')(Registered);
    const named = { ...config, registered_name: 'mine>Twice' };
    const made = (): string => layers.deserialize(named).constructor.name;
    const inner = (): string => utils.customObjectScope({ 'mine>Twice': Inner }, made);
    expect(made()).toBe('Registered');
    expect(utils.customObjectScope({ Twice }, () => [made(), inner(), made()])).toEqual([
      'Twice',
      'Inner',
      'Twice',
    ]);
    const both = utils.customObjectScope({ Power }, () =>
      utils.customObjectScope({ Twice }, () => losses.get('Power')),
    );
    expect(both).toBeInstanceOf(Power);
  });

  it('knows functions by the names without the package too', () => {
    const halved = (x: Tensor): Tensor => x.mul(0.5);
    const full = 'other>halved';
    const described = { module: null, class_name: 'function', config: full, registered_name: full };
    const read = (): unknown => activations.deserialize(described);
    expect(utils.customObjectScope({ halved }, read)).toBe(halved);
    expect(utils.customObjectScope({ halved: activations.relu, [full]: halved }, read)).toBe(
      halved,
    );
    expect(read).toThrow(/Unknown activation 'other>halved'/);
  });

  it('goes with loadModel, which waits, and with no other call meanwhile', async () => {
    const bytes = await saved(stack());
    const loading = utils.customObjectScope({ Twice }, () => models.loadModel(bytes));
    await expect(models.loadModel(bytes)).rejects.toThrow(FormatError);
    expect((await loading).layers.at(-1)).toBeInstanceOf(Twice);
  });

  it('is an option of what reads models', () => {
    const customObjects = { Twice };
    const model = stack();
    expect(models.modelFromJSON(model.toJSON(), { customObjects }).layers).toHaveLength(1);
    expect(() => models.modelFromJSON(model.toJSON())).toThrow(/Unknown layer 'Twice'/);
    expect(() => models.modelFromJSON(model.toJSON(), { customObject: {} } as never)).toThrow(
      /modelFromJSON: unknown option 'customObject'/,
    );
  });

  it('reaches what stands inside of configs', () => {
    const dense = new layers.Dense(1, { kernelRegularizer: new Above() });
    const config = layers.serialize(dense);
    const made = utils.customObjectScope({ Above }, () => layers.deserialize(config));
    expect((made as layers.Dense).kernelRegularizer).toBeInstanceOf(Above);
  });
});

describe('a file that is not to be trusted', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'means nothing by the name %s',
    (name) => {
      const config = { class_name: name, config: {}, registered_name: name };
      utils.customObjectScope({ Twice }, () => {
        expect(() => layers.deserialize(config)).toThrow(/Unknown layer/);
        expect(() => activations.deserialize(name)).toThrow(/Unknown activation/);
      });
      expect(getRegisteredObject(name, { Twice })).toBeNull();
    },
  );

  it('gets no object of another kind', () => {
    register('mine')(Power);
    register('mine', 'f')((x: Tensor) => x);
    const named = (name: string) => ({ class_name: 'X', config: {}, registered_name: name });
    expect(() => layers.deserialize(named('mine>Power'))).toThrow(
      /layer 'X': expected a class that extends Layer, but this name means the class 'Power'/,
    );
    expect(() => optimizers.deserialize(named('mine>f'))).toThrow(
      /this name means the function 'f'/,
    );
    const f = { class_name: 'function', config: 'mine>Power' };
    expect(() => activations.deserialize(f as never)).toThrow(
      /expected a function .* got the class 'Power'/,
    );
    expect(() => regularizers.deserialize(f as never)).toThrow(/this name means the class 'Power'/);
  });

  it('that names a class of another kind is refused with its name', async () => {
    const bytes = await saved(stack());
    await expect(models.loadModel(bytes, { customObjects: { Twice: Power } })).rejects.toThrow(
      FormatError,
    );
    await expect(models.loadModel(bytes, { customObjects: { Twice: Power } })).rejects.toThrow(
      /this name means the class 'Power'/,
    );
  });
});

it('has types: what is registered keeps its own', () => {
  expectTypeOf(register('mine', 'Typed')(Twice)).toEqualTypeOf<typeof Twice>();
  const f = register('mine', 'typed')((x: Tensor): Tensor => x);
  expectTypeOf(f).toEqualTypeOf<(x: Tensor) => Tensor>();
  expectTypeOf(utils.customObjectScope({ Twice, f }, () => 3)).toBeNumber();
  expectTypeOf(getRegisteredObject('mine>typed')).toEqualTypeOf<utils.CustomObject | null>();
  expectTypeOf<Config>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
  // @ts-expect-error a number is neither a class nor a function
  expect(() => utils.customObjectScope({ Twice: 3 }, () => 3)).toThrow(/customObjects must hold/);
});
