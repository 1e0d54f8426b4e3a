import { parseEncryptionKey, type EncryptionKeys } from './encryption-key.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['off', false],
  ['0', false],
]);

/** Reads one variable at a time, and notes what is wrong with it instead of stopping. */
export class SettingsReader {
  constructor(
    private readonly env: Environment,
    private readonly problems: string[],
  ) {}

  /** An empty variable counts as unset: that is how a compose file passes on what it was not given. */
  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  integer(name: string, { min, max, otherwise }: { min: number; max: number; otherwise: number }): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    this.refuse(name, text, `give a whole number from ${min} to ${max}`);
    return otherwise;
  }

  oneOf<T extends string>(name: string, known: readonly T[], otherwise: T): T {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const found = known.find((value) => value === text.toLowerCase());
    if (found === undefined) this.refuse(name, text, `give one of ${known.join(', ')}`);
    return found ?? otherwise;
  }

  listOf<T extends string>(name: string, known: readonly T[]): readonly T[] {
    const text = this.text(name);
    if (text === undefined) return known;
    const given = items(text.toLowerCase());
    const right = known.filter((value) => given.includes(value));
    if (right.length > 0 && given.every((value) => known.some((one) => one === value))) return right;
    this.refuse(name, text, `give one or more of ${known.join(', ')}, separated by commas`);
    return known;
  }

  yesOrNo(name: string, otherwise: boolean): boolean {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = words.get(text.toLowerCase());
    if (value === undefined) this.refuse(name, text, 'give true or false');
    return value ?? otherwise;
  }

  /** What commas separate; none where nothing is given. */
  items(name: string): readonly string[] {
    return items(this.text(name) ?? '');
  }

  origins(name: string): readonly string[] {
    const origins = this.items(name);
    for (const origin of origins.filter((text) => !isOrigin(text))) {
      this.refuse(name, origin, 'give origins such as http://127.0.0.1:4000, without a path, separated by commas');
    }
    return origins;
  }

  /** An origin that browsers trust with a token: https, or this machine itself. */
  publicUrl(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!isOrigin(text)) this.refuse(name, text, 'give an origin such as https://sync.example.com, without a path');
    else if (!isTrusted(text)) this.refuse(name, text, 'give https: tokens of set-up pages go there');
    return text;
  }

  /** The URL may hold a password, so it is never repeated. */
  databaseUrl(): string | undefined {
    const text = this.text('DATABASE_URL');
    if (text === undefined) return undefined;
    const protocol = URL.canParse(text) ? new URL(text).protocol : '';
    if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
      this.secretProblem('DATABASE_URL', 'is no PostgreSQL URL: give postgres://user:password@host:5432/database');
    }
    return text;
  }

  adminKey(): string | undefined {
    const text = this.text('ADMIN_KEY');
    if (text === undefined || /^[\x21-\x7e]{20,200}$/.test(text)) return text;
    this.secretProblem(
      'ADMIN_KEY',
      'must be 20 to 200 printable ASCII characters without spaces: openssl rand -hex 24',
    );
    return undefined;
  }

  encryptionKeys(): EncryptionKeys | undefined {
    const text = this.text('ENCRYPTION_KEY');
    if (text === undefined) return undefined;
    const keys = items(text).map(parseEncryptionKey);
    const [first, ...others] = keys.filter((key) => key !== undefined);
    const distinct = new Set(keys.map((key) => key?.id)).size === keys.length;
    if (first && others.length + 1 === keys.length && distinct) return [first, ...others];
    this.secretProblem(
      'ENCRYPTION_KEY',
      'must be 32 bytes in base64 (openssl rand -base64 32), or several as id:base64 with different ids, ' +
        'separated by commas, the one that seals first',
    );
    return undefined;
  }

  needKeys(): void {
    for (const name of ['ADMIN_KEY', 'ENCRYPTION_KEY']) {
      if (this.text(name) !== undefined) continue;
      this.secretProblem(name, 'is missing: with DATABASE_URL set, every process must be given the same one');
    }
  }

  /** Notes that a value is wrong, and what to give instead. */
  refuse(name: string, value: string, wayOut: string): void {
    this.problems.push(`${name} is ${JSON.stringify(value.slice(0, 100))}: ${wayOut}.`);
  }

  private secretProblem(name: string, what: string): void {
    this.problems.push(`${name} ${what}.`);
  }
}

const items = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function isTrusted(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || /^(127(\.\d+){3}|\[::1\]|localhost|.+\.localhost)$/.test(hostname);
}

/** An http(s) origin in its one spelling, so that it can be compared as text. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  return origin === text && (protocol === 'http:' || protocol === 'https:');
}
