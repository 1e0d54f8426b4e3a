/**
 * Builds `dist/ui/sync-flow`: the scripts that the product serves, and the npm package. Run by `npm run build`. Fails
 * where the version was released with other files; with `--publish` it writes this one down as released.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { preact } from '@preact/preset-vite';
import { build, type InlineConfig } from 'vite';
import { refusalOf, withRelease, type Published } from './published.ts';

const source = resolve(import.meta.dirname, '..');
const out = resolve(source, '../../../dist/ui/sync-flow');
const { version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { readonly version: string };
const npm = join(out, 'npm');

interface Bundle {
  readonly entries: Readonly<Record<string, string>>;
  readonly to: string;
  /** Its own address is the product's: nothing has to be told where that is. */
  readonly scriptRoute: boolean;
  readonly oneFile?: boolean;
  readonly external?: readonly string[];
}

const config = ({ entries, to, scriptRoute, oneFile = false, external = [] }: Bundle): InlineConfig => ({
  root: source,
  configFile: false,
  logLevel: 'warn',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false, reactAliasesEnabled: false })],
  define: { SCRIPT_ROUTE: String(scriptRoute), 'process.env.NODE_ENV': '"production"' },
  json: { namedExports: false },
  build: {
    outDir: to,
    emptyOutDir: false,
    target: 'es2023',
    // The newest that `light-dark()` needs: lowered, it would be half again as long.
    cssTarget: ['chrome125', 'firefox125', 'safari18'],
    modulePreload: false,
    reportCompressedSize: false,
    // A library's chunks are fetched as they are asked for, without the helper that would preload them.
    lib: { entry: { ...entries }, formats: ['es'], fileName: (_format, name) => `${name}.js` },
    rolldownOptions: {
      external: [...external],
      // What both share stays in the script itself: it is one file to fetch and to pin.
      preserveEntrySignatures: 'allow-extension',
      output: {
        chunkFileNames: '[name]-[hash].js',
        codeSplitting: !oneFile,
        // Library builds keep white space for other tools' sake; these are read by browsers.
        minify: true,
      },
    },
  },
});

const BUNDLES: readonly Bundle[] = [
  { entries: { 'sync-flow': 'element/define.ts' }, to: out, scriptRoute: true },
  { entries: { hosted: 'hosted/hosted.ts' }, to: out, scriptRoute: true },
  { entries: { 'sync-flow.all': 'element/define.ts' }, to: out, scriptRoute: true, oneFile: true },
  { entries: { client: 'api/flow-client.ts' }, to: join(npm, 'dist'), scriptRoute: false },
  {
    entries: { 'sync-flow': 'element/define.ts', react: 'react/sync-flow.ts' },
    to: join(npm, 'dist'),
    scriptRoute: false,
    external: ['react'],
  },
];

/** Every file with what a page pins it by, as import maps and `integrity` want it; and what it costs to fetch, in bytes. */
async function manifest() {
  const names = (await readdir(out)).filter((name) => name.endsWith('.js')).sort();
  const files: Record<string, string> = {};
  const gzip: Record<string, number> = {};
  for (const name of names) {
    const bytes = await readFile(join(out, name));
    files[name] = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
    gzip[name] = gzipSync(bytes, { level: 9 }).length;
  }
  return { version, files, gzip };
}

await rm(out, { recursive: true, force: true });
await mkdir(npm, { recursive: true });
// The types take as long as all scripts together, and need nothing of them.
const types = promisify(execFile)('tsc', ['-p', join(source, 'tsconfig.types.json')]);
for (const bundle of BUNDLES) await build(config(bundle));
await types;
const built = await manifest();
const list = join(source, 'published.json');
const published = JSON.parse(await readFile(list, 'utf8')) as Published;
const refusal = refusalOf(built, published);
if (refusal !== undefined) throw new Error(refusal);
const known = process.argv.includes('--publish') ? withRelease(built, published) : published;
if (known !== published) await writeFile(list, `${JSON.stringify(known, null, 2)}\n`);
const told = { ...built, published: Object.hasOwn(known, version) };
await writeFile(join(out, 'manifest.json'), `${JSON.stringify(told, null, 2)}\n`);
await cp(join(source, 'locales'), join(out, 'locales'), { recursive: true });
await cp(join(source, 'locales'), join(npm, 'dist/locales'), { recursive: true });
await cp(join(source, 'custom-elements.json'), join(npm, 'dist/custom-elements.json'));
for (const name of ['package.json', 'README.md']) await cp(join(source, name), join(npm, name));
