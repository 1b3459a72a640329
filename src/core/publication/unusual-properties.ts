type Fields = Readonly<Record<string, unknown>>;

/** What a property holds in every official file. */
type Check = (value: unknown) => boolean;

const judgedByParser: Check = () => true;
const text: Check = (value) => typeof value === 'string';

/** What the parser does not judge itself decides nothing, so that a deviation is only noted. */
const documentProperties: Readonly<Record<string, Check>> = {
  changeNumber: judgedByParser,
  cloud: judgedByParser,
  values: judgedByParser,
};
const tagProperties: Readonly<Record<string, Check>> = {
  name: judgedByParser,
  id: judgedByParser,
  properties: judgedByParser,
};
const propertyProperties: Readonly<Record<string, Check>> = {
  changeNumber: judgedByParser,
  region: text,
  regionId: (value) => typeof value === 'number',
  platform: text,
  systemService: text,
  addressPrefixes: judgedByParser,
  networkFeatures: (value) => value === null || (Array.isArray(value) && value.every(text)),
};

/** A file of made-up names must not cost a note for each of them. */
const mostNotes = 100;

/** Collects properties that are new, missing or of a new type, one note for each kind of deviation. */
export class UnusualProperties {
  readonly #found = new Map<string, { readonly path: string; count: number }>();
  #more = 0;

  inDocument(value: Fields): void {
    this.#check(value, documentProperties, '');
  }

  inTag(value: Fields, path: string): void {
    this.#check(value, tagProperties, `${path}.`);
  }

  inProperties(value: Fields, path: string): void {
    this.#check(value, propertyProperties, `${path}.`);
  }

  toNotes(): string[] {
    const notes = [...this.#found].map(([what, { path, count }]) =>
      count === 1 ? `${what} at ${path}` : `${what} in ${count} places, first at ${path}`,
    );
    return this.#more === 0 ? notes : [...notes, `and ${this.#more} more unusual properties`];
  }

  #check(value: Fields, known: Readonly<Record<string, Check>>, prefix: string): void {
    for (const name in value) {
      if (Object.hasOwn(known, name)) continue;
      const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
      this.#note(`unknown property "${shown}"`, `${prefix}${shown}`);
    }
    for (const name in known) {
      if (known[name]?.(value[name])) continue;
      const what = value[name] === undefined ? `no property "${name}"` : `property "${name}" of an unusual type`;
      this.#note(what, `${prefix}${name}`);
    }
  }

  #note(what: string, path: string): void {
    const known = this.#found.get(what);
    if (known !== undefined) known.count++;
    else if (this.#found.size < mostNotes) this.#found.set(what, { path, count: 1 });
    else this.#more++;
  }
}
