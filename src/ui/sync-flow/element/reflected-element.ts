/** Properties that are attributes too. */
const REFLECTED = {
  apiBase: 'api-base',
  token: 'token',
  view: 'view',
  locale: 'locale',
  colorScheme: 'color-scheme',
  timeZone: 'time-zone',
  headingLevel: 'heading-level',
  density: 'density',
} as const;

/** Attributes that the element follows while it lives. */
export const ATTRIBUTES: readonly string[] = Object.values(REFLECTED);

/** An absent attribute is null; numbers are written as they are. */
export type ReflectedProperties = {
  -readonly [K in Exclude<keyof typeof REFLECTED, 'headingLevel'>]: string | null;
} & {
  get headingLevel(): string | null;
  set headingLevel(level: string | number | null);
};

/** On a server there are no elements: importing must work there, defining nothing. */
const Base = (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ?? (class {} as typeof HTMLElement);

class Reflecting extends Base {
  /** A property that was set before the element was defined hides the accessor: it is set once more, through it. */
  protected upgrade(name: string): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }
}

for (const [property, attribute] of Object.entries(REFLECTED)) {
  Object.defineProperty(Reflecting.prototype, property, {
    configurable: true,
    enumerable: true,
    get(this: Element) {
      return this.getAttribute(attribute);
    },
    set(this: Element, value: unknown) {
      if (value === null || value === undefined) this.removeAttribute(attribute);
      else this.setAttribute(attribute, `${value as string | number}`);
    },
  });
}

/** An element whose attributes are its properties too. */
export const ReflectedElement = Reflecting as unknown as new () => Reflecting & ReflectedProperties;
