// Forms with settings: what stands in them, and which of it cannot be.

/** The fields of a form by their names. */
export class Form {
  readonly #form: HTMLFormElement;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    form.addEventListener('submit', (event) => event.preventDefault());
  }

  field(name: string): HTMLInputElement | HTMLSelectElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
  }

  text(name: string): string {
    return this.field(name).value;
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  /** @throws Error that names the first field whose value cannot be, and what it takes. */
  check(): void {
    const wrong = [...this.#form.elements].find(
      (one) => one instanceof HTMLInputElement && !one.validity.valid,
    ) as HTMLInputElement | undefined;
    if (wrong === undefined) return;
    this.#form.reportValidity();
    const { min, max, step, validity } = wrong;
    const name = wrong.labels?.[0]?.textContent.trim() ?? wrong.name;
    const is = validity.valueMissing || validity.badInput ? 'is empty' : `cannot be ${wrong.value}`;
    const kind = step === 'any' ? 'a number' : 'a whole number';
    const range = max === '' ? `${min} on` : `${min} to ${max}`;
    throw new Error(`“${name}” ${is}: it takes ${kind} from ${range}.`);
  }

  /** Puts fields back to where they began, but for `changes`. */
  reset(names: readonly string[], changes: Readonly<Record<string, string>>): void {
    for (const name of names) {
      const field = this.field(name);
      field.value = changes[name] ?? initialValue(field);
    }
  }
}

/** What stood in a field at the beginning. A list that marks no option begins with its first one. */
function initialValue(field: HTMLInputElement | HTMLSelectElement): string {
  if (field instanceof HTMLInputElement) return field.defaultValue;
  const options = [...field.options];
  return (options.find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value ?? '';
}
