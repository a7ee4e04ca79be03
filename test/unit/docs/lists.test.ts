// Lists of what is missing, in the documentation: they say neither too much nor too little.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  callbacks,
  datasets,
  grad,
  layers,
  losses,
  metrics,
  ops,
  optimizers,
  tensor,
  tidy,
} from 'lanegrad';
import * as applications from 'lanegrad/applications';
import type { Tensor } from 'lanegrad';
import { describe, expect, it } from 'vitest';
import { WEIGHTS_FORMATS } from '../../../src/files/formats/names.js';
import { root } from './pages.js';
import { operationSpecs } from '../../specs/operations.js';

const written = JSON.parse(
  readFileSync(new URL('../../fixtures/keras-defaults.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, object>>;

/** Keras's classes of a kind without their base class. */
const classesOf = (kind: string, base: string): string[] =>
  Object.keys(written[kind] ?? {}).filter((name) => name !== base);

/** The classes of Keras that a program makes, without base classes and abbreviations. */
const KERAS = {
  Losses: classesOf('losses', 'Loss'),
  Metrics: classesOf('metrics', 'Metric'),
  Callbacks: classesOf('callbacks', 'Callback'),
  Optimizers: classesOf('optimizers', 'Optimizer'),
  Layers: classesOf('layers', 'Layer').filter((name) => name !== 'InputSpec'),
};

const EXPORTED: Readonly<Record<keyof typeof KERAS, object>> = {
  Losses: losses,
  Metrics: metrics,
  Callbacks: callbacks,
  Optimizers: optimizers,
  Layers: layers,
};

/** Names as regular expressions find them. */
type Names = readonly (string | undefined)[];

/** Compares the names in a list with what there is. `place`: the file, and how the list begins there. */
function expectList(listed: Names, there: Names, place: string): void {
  const missing = there.filter((name) => !listed.includes(name));
  const surplus = listed.filter((name, i) => !there.includes(name) || listed.indexOf(name) < i);
  const problems = [
    ...(missing.length > 0 ? [`write ${[...new Set(missing)].join(', ')}`] : []),
    ...(surplus.length > 0 ? [`take out ${surplus.join(', ')}`] : []),
  ];
  expect(problems.join('; '), place).toBe('');
}

const page = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8');

describe('docs/layers.md', () => {
  /** The names of classes and families of classes in the last column of the table of a section. */
  const namesIn = (section: string): string[] => {
    const [, text = ''] = page('layers.md').split(`\n## ${section}\n`);
    const [, table = ''] = /\n\|---[-|]*\n((?:\|.*\n)+)/.exec(text.split('\n## ')[0] ?? '') ?? [];
    const cells = table.split('\n').map((line) => line.split('|').at(-2) ?? '');
    return cells.flatMap((cell) =>
      Array.from(
        cell.replace(/\]\([^)]*\)/g, ']').matchAll(/\b[A-Z][A-Za-z]\w+/g),
        ([name]) => name,
      ),
    );
  };
  const classesIn = (folder: object, base: unknown): string[] => {
    const isOne = (value: unknown): boolean =>
      typeof value === 'function' && value.prototype instanceof (base as new () => object);
    // Some have two names, and what wraps functions is a class as well.
    const found = Object.entries(folder).filter(
      ([name, value]) => isOne(value) && name !== 'FunctionLoss' && name !== 'MeanMetricWrapper',
    );
    return [
      ...new Set(found.map(([, value]) => (value as { readonly className: string }).className)),
    ];
  };

  it('names each layer that is no augmentation, without its number of axes, and no others', () => {
    const augmenting = classesIn(layers, layers.BaseImagePreprocessingLayer);
    const families = classesIn(layers, layers.Layer)
      .filter((name) => !augmenting.includes(name) && name !== 'BaseImagePreprocessingLayer')
      .map((name) => name.replace(/[123]D/, ''));
    expectList(namesIn('Layers'), families, "docs/layers.md, the table of 'Layers'");
  });

  it('names the family of each application, and no others', () => {
    const names = Object.keys(applications).filter((name) => /^[A-Z]/.test(name));
    // The longest name is that of the family: MobileNetV2 is no MobileNet.
    const familyOf = (name: string): string =>
      name
        .replace(
          /(?<=ResNet|DenseNet|VGG)\d+|(?<=V3)(Large|Small)|(?<=NASNet)(Large|Mobile)|B\d$|(?<=EfficientNetV2)[SML]$|(?<=ConvNeXt)\w+/,
          '',
        )
        .replace(/(?<=EfficientNetV2)B\d$/, '');
    expectList(namesIn('Networks'), names.map(familyOf), "docs/layers.md, the table of 'Networks'");
  });

  it('README.md counts layers in hundreds', () => {
    const [, hundreds] =
      /over (\d+)00 layers/.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ?? [];
    expect(hundreds).toBe(String(Math.floor(classesIn(layers, layers.Layer).length / 100)));
  });

  it.each([
    ['README.md', readFileSync(path.join(root, 'README.md'), 'utf8')],
    ['docs/layers.md', page('layers.md')],
  ])('%s counts optimizers, losses and metrics', (name, text) => {
    const [counts] =
      /\d+ optimizers, \d+ learning-rate schedules, \d+ losses, \d+ metrics/.exec(text) ?? [];
    const { schedules } = optimizers;
    expect(counts, `${name}, the numbers of classes`).toBe(
      [
        `${classesIn(optimizers, optimizers.Optimizer).length} optimizers`,
        `${classesIn(schedules, schedules.LearningRateSchedule).length} learning-rate schedules`,
        `${classesIn(losses, losses.Loss).length} losses`,
        `${classesIn(metrics, metrics.Metric).length} metrics`,
      ].join(', '),
    );
  });
});

describe('npm run bench…', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const measuring = Object.entries(scripts).filter(([name]) => /^bench(:|$)/.test(name));

  it.each(measuring)(
    '%s -- --help says what it does and all its options, and does no more',
    (name, command) => {
      const [, ...args] = command.split(' ');
      const file = args.at(-1) ?? '';
      const tsx = path.join(root, 'node_modules/tsx/dist/cli.mjs');
      const told = execFileSync(process.execPath, [tsx, ...args, '--help'], {
        cwd: root,
        encoding: 'utf8',
      });
      const source = readFileSync(path.join(root, file), 'utf8');
      const [head = ''] = /^(?:\/\/.*\n)+/.exec(source) ?? [];
      expect(told).toBe(head.replace(/^\/\/ ?/gm, ''));
      expect(told.split('\n')[0]).toContain(`npm run ${name}`);
      const [, declared = ''] = /parseArgs\(\{([^]*?)\}\);/.exec(source) ?? [];
      const options = [...declared.matchAll(/'?([\w-]+)'?: \{ type:/g)].map(([, option]) => option);
      expect(options.filter((option = '') => !told.includes(`--${option}`))).toEqual([]);
    },
    60_000,
  );

  it('bench names all its groups', () => {
    const source = readFileSync(path.join(root, 'bench/index.ts'), 'utf8');
    const [, listed = ''] = /which groups: (.*)/.exec(source) ?? [];
    const [, groups = ''] = /const groups.* = \{([^]*?)\n\};/.exec(source) ?? [];
    const names = [...groups.matchAll(/^ {2}(\w+):/gm)].map(([, one]) => one);
    expectList(listed.split(', '), names, "bench/index.ts, the line 'which groups:'");
  });
});

describe('docs/limits.md', () => {
  for (const [kind, all] of Object.entries(KERAS) as [keyof typeof KERAS, string[]][]) {
    it(`lists the ${kind.toLowerCase()} of Keras that are missing, and no others`, () => {
      const [, list = ''] =
        new RegExp(`^- \\*\\*${kind} that are missing:\\*\\* ([^.]*)`, 'm').exec(
          page('limits.md'),
        ) ?? [];
      const listed = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
      const missing = all.filter((name) => !(name in EXPORTED[kind]));
      expectList(listed, missing, `docs/limits.md, '${kind} that are missing:'`);
    });
  }
});

describe('docs/data.md', () => {
  it('lists each data set, and no others', () => {
    const listed = [...page('data.md').matchAll(/^\|.*`datasets\.\w+`.*$/gm)].flatMap(([line]) =>
      Array.from(line.matchAll(/`datasets\.(\w+)`/g), ([, name]) => name),
    );
    expectList(listed, Object.keys(datasets), 'docs/data.md, a row of a table with `datasets.…`');
  });
});

describe('docs/files.md', () => {
  it('names the extension of each format of weights, and no others', () => {
    const [, list = ''] =
      /The extension chooses the format: (.*?)\. You/.exec(page('files.md')) ?? [];
    const listed = [...list.matchAll(/`([.\w]+)`/g)].map(([, extension]) => extension);
    const extensions = Object.values(WEIGHTS_FORMATS).map(({ extension }) => extension);
    expectList(listed, extensions, "docs/files.md, 'The extension chooses the format:'");
  });
});

describe('docs/tensors.md', () => {
  it('names the functions of one tensor that have no second derivative: none', () => {
    const further: Readonly<Record<string, readonly unknown[]>> = {
      sparseSoftmaxCrossEntropy: [tensor([2], { dtype: 'int32' })],
      threshold: [0.1, 0],
      leakyRelu: [0.1],
    };
    const targets = tensor([[0, 0, 1, 0]]);
    const callable = ops as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
    const throwing = Object.keys(ops).filter((name) => {
      const f = callable[name];
      const rest = further[name] ?? (name.endsWith('CrossEntropy') ? [targets] : []);
      const once = (x: Tensor): Tensor => (f?.(x, ...rest) as Tensor).sum();
      try {
        tidy(() => grad((x: Tensor) => grad(once)(x).sum())(tensor([[0.3, -0.2, 0.7, 0.9]])));
      } catch (error) {
        return error instanceof Error && error.message.includes('no second derivative');
      }
      return false;
    });
    expect(throwing).toEqual([]);
    const [, list = ''] =
      /have a first derivative alone, and an error says so: (.+)/.exec(page('tensors.md')) ?? [];
    const once = Object.entries(operationSpecs).filter(([, { gradient }]) => gradient === 'once');
    const listed = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    // In one of their arguments alone, which rows do not tell apart.
    const inOne = ['affineTransform', 'gammainc', 'mapCoordinates', 'perspectiveTransform'];
    const names = [...once.map(([name]) => name), ...inOne];
    expectList(
      listed,
      names,
      "docs/tensors.md, 'have a first derivative alone, and an error says so:'",
    );
  });
});

describe('docs/augmentation.md', () => {
  const all = Object.entries(layers).flatMap(([name, made]) =>
    made.prototype instanceof layers.BaseImagePreprocessingLayer ? [name] : [],
  );

  it('lists the layers that change images, and no others', () => {
    const [, table = ''] = page('augmentation.md').split('## All layers');
    const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expectList(listed, all, "docs/augmentation.md, the table of 'All layers'");
  });

  it('has a picture of each', () => {
    // Long names stand on several lines.
    const words = page('augmentation.svg')
      .replace(/<image [^>]*>/g, '')
      .replace(/<[^>]*>\s*/g, '');
    const missing = all.filter((name) => !words.includes(name));
    expect(missing, 'docs/augmentation.svg: run `npm run pictures:augmentation`').toEqual([
      'MaxNumBoundingBoxes',
    ]);
  });
});
