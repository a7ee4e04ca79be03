import { ValueError } from '../../errors.js';

// File names and log files say numbers as Python does, so that tools written for Keras's read them.

/** A float as Python's repr: `0.1`, `5.0`, `1e-05`, `nan`. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return twoDigitExponent(value.toExponential());
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** Python writes exponents of at least two digits: `1e-05`. */
function twoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

const FIELD = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;
const SPEC = /^(0?)(\d*)(?:\.(\d+))?([dfe%]?)$/;

/** What a template's fields become: whole numbers and floats are told apart, as Python does. */
export interface TemplateValues {
  readonly integers: Readonly<Record<string, number>>;
  readonly floats: Readonly<Record<string, number>>;
}

/**
 * Fills in a template of Python's `str.format`: `{epoch:02d}`, `{val_loss:.4f}`, `{loss}`, `{{` for a brace.
 *
 * @param owner for messages
 * @throws ValueError for a field without a value, or a format other than d, f, e and %.
 */
export function formatTemplate(
  owner: string,
  template: string,
  { integers, floats }: TemplateValues,
): string {
  return template.replace(FIELD, (whole: string, field: string | undefined) => {
    if (whole === '{{' || whole === '}}') return whole.charAt(0);
    if (field === undefined) {
      throw new ValueError(
        `${owner}: '${template}' has a single '${whole}'; double it for a brace.`,
      );
    }
    const [name = '', spec = ''] = field.split(/:(.*)/s);
    const isWhole = Object.hasOwn(integers, name);
    const value = isWhole ? integers[name] : Object.hasOwn(floats, name) ? floats[name] : undefined;
    if (value === undefined) {
      const known = [...Object.keys(integers), ...Object.keys(floats)].join(', ');
      throw new ValueError(
        `${owner}: there is no '${name}' for '${template}'. There are: ${known}.`,
      );
    }
    return formatNumber(owner, template, value, spec, isWhole);
  });
}

function formatNumber(
  owner: string,
  template: string,
  value: number,
  spec: string,
  isWhole: boolean,
): string {
  const [, zero = '', width = '', precision, type = ''] = SPEC.exec(spec) ?? [];
  const isKnown = SPEC.test(spec) && (type !== 'd' || (isWhole && precision === undefined));
  if (!isKnown || (type === '' && precision !== undefined)) {
    throw new ValueError(
      `${owner}: the format ':${spec}' in '${template}' is not supported. Use :d or :02d for whole numbers (epoch, ` +
        `batch), and :.4f, :.4e or :.1% for others.`,
    );
  }
  const text = digits(value, type, Number(precision ?? 6), isWhole);
  const sign = zero === '' || !text.startsWith('-') ? '' : '-';
  const body = text.slice(sign.length);
  return sign + body.padStart(Number(width) - sign.length, zero === '' ? ' ' : '0');
}

function digits(value: number, type: string, precision: number, isWhole: boolean): string {
  if (type === 'd' || (type === '' && isWhole)) return String(value);
  if (type === '') return pythonFloat(value);
  if (!Number.isFinite(value)) return pythonFloat(value) + (type === '%' ? '%' : '');
  if (type === 'e') return twoDigitExponent(value.toExponential(precision));
  return type === 'f' ? value.toFixed(precision) : `${(value * 100).toFixed(precision)}%`;
}
