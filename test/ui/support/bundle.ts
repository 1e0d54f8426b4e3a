import { resolve } from 'node:path';
import { build } from 'vite';

const PACKAGE = resolve('dist/ui/sync-flow/npm/dist');

/** A page's own script with the npm package in it, as a SaaS's build makes it. */
export async function bundled(entry: string, define: Readonly<Record<string, string>>): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    resolve: { alias: { '@meridian/sync-flow/react': `${PACKAGE}/react.js` } },
    build: {
      write: false,
      target: 'es2023',
      lib: { entry, formats: ['es'] },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  const [script] = bundle !== undefined && 'output' in bundle ? bundle.output : [];
  if (script?.type !== 'chunk') throw new Error('no script');
  return script.code;
}
