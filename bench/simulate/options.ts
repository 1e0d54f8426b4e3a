import { parseArgs } from 'node:util';
import { PLANNED_TOGETHER } from '../../src/domain/load/planning.js';

export interface Options {
  readonly syncs: number;
  readonly clients: number;
  readonly days: number;
  /** As many as the fleet needs, when absent. */
  readonly workers?: number;
  readonly concurrency: number;
  readonly batch: number;
  readonly seed: number;
  readonly out: string;
}

export const HELP = `npm run simulate -- [options]

Plans the runs of a made-up fleet for some days, with the functions the dispatcher plans with, and tells what the
load looks like before and after. Writes a plot of it.

  --syncs <n>        syncs of the fleet, 1 to 5,000,000 (100,000)
  --clients <n>      clients they belong to, at most as many (2,000)
  --days <n>         days to plan, 1 to 31 (2)
  --workers <n>      worker processes (as many as fill 70 % of what may be planned)
  --concurrency <n>  runs that each executes at a time, 1 to 1,000 (8)
  --batch <n>        most periods the dispatcher plans together (${PLANNED_TOGETHER.toLocaleString('en')})
  --seed <n>         another fleet of the same kind, 0 to 4,294,967,295 (1)
  --out <file>       where the plot goes (load.svg)
  --help             this text
`;

const NAMES = ['syncs', 'clients', 'days', 'workers', 'concurrency', 'batch', 'seed', 'out'] as const;
type Name = (typeof NAMES)[number];

interface Range {
  readonly least: number;
  readonly most: number;
}

/** Options from arguments, 'help', or every problem they have. */
export function readOptions(args: readonly string[]): Options | 'help' | readonly string[] {
  const problems: string[] = [];
  const values = parse(args, problems);
  if (values === 'help') return 'help';
  const whole = (name: Name, usual: number, range: Range): number => {
    const text = values[name];
    return text === undefined ? usual : wholeNumber(`--${name}`, text, range, problems);
  };
  const syncs = whole('syncs', 100_000, { least: 1, most: 5_000_000 });
  const options: Options = {
    syncs,
    clients: whole('clients', Math.min(2_000, syncs), { least: 1, most: syncs }),
    days: whole('days', 2, { least: 1, most: 31 }),
    workers: values.workers === undefined ? undefined : whole('workers', 1, { least: 1, most: 100_000 }),
    concurrency: whole('concurrency', 8, { least: 1, most: 1_000 }),
    batch: whole('batch', PLANNED_TOGETHER, { least: 1, most: 5_000_000 }),
    seed: whole('seed', 1, { least: 0, most: 2 ** 32 - 1 }),
    out: values.out ?? 'load.svg',
  };
  if (options.out === '') problems.push('--out takes the name of a file.');
  return problems.length > 0 ? problems : options;
}

function parse(args: readonly string[], problems: string[]): Partial<Record<Name, string>> | 'help' {
  const string = { type: 'string' } as const;
  const known = Object.fromEntries(NAMES.map((name) => [name, string])) as Record<Name, typeof string>;
  try {
    const { values } = parseArgs({ args: [...args], options: { ...known, help: { type: 'boolean' } }, strict: true });
    return values.help === true ? 'help' : values;
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return {};
  }
}

function wholeNumber(name: string, text: string, { least, most }: Range, problems: string[]): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const limits = `from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
  problems.push(`${name} takes a whole number ${limits}, not ${JSON.stringify(text)}.`);
  return least;
}
