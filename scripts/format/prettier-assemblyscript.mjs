// Lets Prettier format assembly/: a decorator is a comment to its parser, and because Prettier prints a comment by
// copying it from the original text, the decorator comes out as it was written.
import * as typescript from 'prettier/plugins/typescript';
import { hideDecorators } from './assemblyscript-syntax.mjs';

const parser = typescript.parsers.typescript;

export const parsers = {
  assemblyscript: {
    ...parser,
    parse: (text, options) => parser.parse(hideDecorators(text), options),
  },
};
