// A plugin of TypeDoc, for `npm run docs`: the home page lists namespaces and guides, guides have the title of their
// heading, options are shown where they are passed, and methods of tensors say what their operations do.
import {
  Comment,
  CommentTag,
  Converter,
  DocumentReflection,
  PageEvent,
  ReflectionKind,
} from 'typedoc';

/** Interfaces and types that hold the options of something. */
const OPTIONS = /(Options|Parameters)$/;

const text = (content) => ({ kind: 'text', text: content });
const link = (target, content) => ({ kind: 'inline-tag', tag: '@link', target, text: content });

/** Takes the first heading out of a page, which shows its title by itself; gives the heading. */
function takeHeading([first], name) {
  const heading = /^\s*# (.+)\n/.exec(first?.text ?? '');
  if (heading === null) throw new Error(`${name} does not begin with a heading`);
  first.text = first.text.slice(heading[0].length);
  return heading[1];
}

/** What a list item says of a module or namespace: its first sentences. */
const summary = ({ comment }) => comment?.summary ?? [];

/** Namespaces with a line each, and the guides, at the end of the home page. */
function completeHome(project, guides) {
  const modules = project.getChildrenByKind(ReflectionKind.Module);
  const [main, ...others] = modules;
  const listed = [...main.getChildrenByKind(ReflectionKind.Namespace), ...others];
  project.readme.push(
    text('\n\n## Namespaces\n\n'),
    ...listed.flatMap((one) => [text('- '), link(one, one.name), text(': '), ...summary(one), text('\n')]), // prettier-ignore
    text('\nEverything else is in '), link(main, main.name), text(' itself.'),
    text('\n\n## Guides\n\n'),
    ...guides.flatMap((guide) => [text('- '), link(guide, guide.name), text('\n')]),
  ); // prettier-ignore
}

/** A method of tensors, or of symbolic tensors, is documented where its operation is. */
function describeMethods(project) {
  const [main] = project.getChildrenByKind(ReflectionKind.Module);
  const operations = main.getChildByName('ops');
  const classes = [main.getChildByName('Tensor'), main.getChildByName('layers.SymbolicTensor')];
  const kinds = ReflectionKind.Method | ReflectionKind.Property;
  for (const method of classes.flatMap((one) => one.getChildrenByKind(kinds))) {
    const named = operations.getChildByName(method.name);
    const operation = named?.isReference() ? named.getTargetReflectionDeep() : named;
    const [described] = operation?.signatures ?? [];
    if (described === undefined) continue;
    // A method whose type is that of its function is a property to TypeDoc.
    const signatures = method.signatures ?? method.type?.declaration?.signatures ?? [];
    for (const one of [...signatures, ...(method.signatures === undefined ? [method] : [])]) {
      one.comment ??= new Comment([
        ...(described.comment?.summary ?? []), text(' The tensor is the first operand of '), link(operation, `ops.${operation.name}`), text('.'),
      ]); // prettier-ignore
    }
  }
}

/** Every class that a file can hold has these two; few have more to say about them. */
const CONFIGS = {
  getConfig:
    'What makes an equal object, as `fromConfig` takes it: plain data, in Keras’s spelling.',
  fromConfig: 'Makes an object of what `getConfig` gives, or of such a config in a file.',
};

function describeConfigs(project) {
  for (const method of project.getReflectionsByKind(ReflectionKind.Method)) {
    if (!Object.hasOwn(CONFIGS, method.name)) continue;
    for (const signature of method.signatures) {
      signature.comment ??= new Comment([text(CONFIGS[method.name])]);
    }
  }
}

/** What has to be on a page. */
const EXPECTED = {
  'index.html': [
    'layers',
    'lanegrad/applications',
    'lanegrad/compile',
    'lanegrad/flower',
    'lanegrad/vis',
    'lanegrad/remote',
    'lanegrad/tuner',
    'Tensors',
  ],
  'classes/lanegrad.Sequential.html': [
    'weightedMetrics',
    'returnDict',
    'initialEpoch',
    'validationSplit',
  ],
  'classes/lanegrad.layers.Dense.html': ['kernelInitializer', 'inputShape'],
};

/** Wherever options are passed, they are shown with what each means. */
function expandOptions(project) {
  const types = project.getReflectionsByKind(ReflectionKind.Interface | ReflectionKind.TypeAlias);
  const names = new Set(types.map(({ name }) => name).filter((name) => OPTIONS.test(name)));
  for (const { comment } of project.getChildrenByKind(ReflectionKind.Module)) {
    comment.blockTags.push(
      ...[...names].map((name) => new CommentTag('@expandType', [text(name)])),
    );
  }
}

/** The first tag without a text, such as `@function`, that a page shows as it is: TypeDoc took it for a part of something else. */
function shownTag(contents, tags) {
  const text = contents.replaceAll(/<[^>]*>/g, '');
  return tags.find((tag) => new RegExp(`${tag}\\b`).test(text));
}

export function load({ converter, renderer, logger, options }) {
  renderer.on(PageEvent.END, ({ url, contents, model }) => {
    for (const name of EXPECTED[url] ?? []) {
      if (!contents.includes(`>${name}<`)) logger.error(`${url} does not show ${name}`);
    }
    // Guides may show doc comments.
    if (model instanceof DocumentReflection) return;
    const tag = shownTag(contents, options.getValue('modifierTags'));
    if (tag !== undefined) logger.error(`${url} shows the tag ${tag}`);
  });
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    // The site has a home page and guides of its own.
    if (project.readme !== undefined) {
      const guides = project.getReflectionsByKind(ReflectionKind.Document);
      takeHeading(project.readme, 'the home page');
      for (const guide of guides) guide.name = takeHeading(guide.content, guide.name);
      completeHome(project, guides);
    }
    describeMethods(project);
    describeConfigs(project);
    expandOptions(project);
  });
}
