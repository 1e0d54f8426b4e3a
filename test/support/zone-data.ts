import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of the resource in ICU's data that holds the rules of all zones. */
const RESOURCE = 'zoneinfo64.res';
/** What ICU's common data begin with, 12 bytes in. */
const COMMON_DATA = 'CmnD';
/** 2024-03-01 00:00 in Almaty: when Kazakhstan moved to one time. In seconds. */
const KAZAKHSTAN_MOVED = 1_709_229_600;
/** 2037-12-31: so late that no test comes there. */
const NOT_YET = 2_145_830_400;

/** The zone rules that this Node carries inside its binary, as ICU reads them from a file. */
function zoneRules(): Buffer {
  const binary = readFileSync(process.execPath);
  for (let at = binary.indexOf(COMMON_DATA); at !== -1; at = binary.indexOf(COMMON_DATA, at + 1)) {
    const found = resourceAt(binary, at - 12);
    if (found !== undefined) return Buffer.from(found);
  }
  throw new Error('This Node carries no zone rules of its own.');
}

/** A table of contents follows the header: how many entries, then where the name and the data of each begin. */
function resourceAt(binary: Buffer, header: number): Buffer | undefined {
  if (header < 0 || binary.readUInt16BE(header + 2) !== 0xda27) return undefined;
  const contents = header + binary.readUInt16LE(header);
  const count = binary.readUInt32LE(contents);
  const place = (entry: number, field: 0 | 4) => contents + binary.readUInt32LE(contents + 4 + 8 * entry + field);
  for (let entry = 0; entry + 1 < count; entry += 1) {
    const name = binary.toString('latin1', place(entry, 0), binary.indexOf(0, place(entry, 0)));
    if (name.endsWith(`/${RESOURCE}`)) return binary.subarray(place(entry, 4), place(entry + 1, 4));
  }
  return undefined;
}

function replaceAll(data: Buffer, from: Buffer, to: Buffer): void {
  let count = 0;
  for (let at = data.indexOf(from); at !== -1; at = data.indexOf(from, at + 1)) {
    to.copy(data, at);
    count += 1;
  }
  if (count === 0) throw new Error('The zone rules are not as they were when this was written.');
}

function seconds(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/**
 * Writes zone rules in which Kazakhstan has not moved to one time, under the name of an older release. A process that
 * is started with what this answers computes with them: a real second version, out of the Node that is installed.
 */
export async function writeOlderZoneData(folder: string, version: string): Promise<Readonly<Record<string, string>>> {
  const data = zoneRules();
  const own = process.versions['tz'] ?? '';
  if (own.length !== version.length) throw new Error(`${version} cannot take the place of ${own}.`);
  replaceAll(data, Buffer.from(own, 'utf16le'), Buffer.from(version, 'utf16le'));
  replaceAll(data, seconds(KAZAKHSTAN_MOVED), seconds(NOT_YET));
  await writeFile(join(folder, RESOURCE), data);
  return { ICU_TIMEZONE_FILES_DIR: folder };
}
