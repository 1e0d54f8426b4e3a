import { isId, type IdPrefix } from '../../domain/id.js';
import { pointerTo, shown } from '../../domain/problem.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';
import { isCleanText } from '../../platform/characters.js';
import type { SyncSelection } from '../../ports/syncs.js';
import { readObject, readTexts, reportUnknown, type Members } from './members.js';

const MEMBERS = ['syncIds', 'connectionIds', 'companyIds', 'platform', 'tags'];
const MOST_IDS = 500;
const MOST_TAGS = 10;
const LONGEST_PLATFORM = 50;
const LONGEST_TAG = 100;

/** Which syncs a caller means. At least one member: all syncs of a client are asked for by nobody's slip. */
export function readSelection(value: unknown, reportBody: Report): SyncSelection | undefined {
  const report: Report = (pointer, code, message) => reportBody(`/select${pointer}`, code, message);
  if (value === undefined) return report('', 'required', 'select is required.');
  const members = readObject(value, report);
  if (!members) return undefined;
  reportUnknown(members, MEMBERS, report);
  if (Object.keys(members).length === 0)
    return report('', 'too_few_items', `select has at least one of ${MEMBERS.join(', ')}.`);
  return {
    syncIds: readIds(members, { name: 'syncIds', prefix: 'syn' }, report),
    connectionIds: readIds(members, { name: 'connectionIds', prefix: 'con' }, report),
    companyIds: readIds(members, { name: 'companyIds', prefix: 'com' }, report),
    platform: readPlatform(members, report),
    tags: readTags(members, report),
  };
}

interface IdList {
  readonly name: string;
  readonly prefix: IdPrefix;
}

function readIds(members: Members, { name, prefix }: IdList, report: Report): readonly string[] | undefined {
  if (members[name] === undefined) return undefined;
  const ids = readTexts(members, { name, item: 'One of them', max: MOST_IDS }, report);
  if (Array.isArray(members[name]) && members[name].length === 0)
    return report(pointerTo(name), 'too_few_items', `${name} holds at least one id.`);
  for (const id of ids.filter((one) => !isId(prefix, one)))
    report(pointerTo(name), 'unknown_reference', `${shown(id)} in ${name} is no id.`);
  return ids;
}

function readPlatform({ platform }: Members, report: Report): string | undefined {
  if (platform === undefined) return undefined;
  if (typeof platform !== 'string')
    return report('/platform', 'invalid_type', `platform is a text; got ${shown(platform)}.`);
  if (platform.length === 0) return report('/platform', 'too_short', 'platform has at least one character.');
  if (platform.length > LONGEST_PLATFORM)
    return report('/platform', 'too_long', `platform has at most ${LONGEST_PLATFORM} characters.`);
  return isCleanText(platform)
    ? platform
    : report('/platform', 'invalid_characters', 'platform holds characters that no platform has.');
}

function readTags({ tags }: Members, report: Report): SyncSelection['tags'] {
  if (tags === undefined) return undefined;
  const members = readObject(tags, (_, code, message) => report('/tags', code, message), '/tags');
  if (!members) return undefined;
  const entries = Object.entries(members);
  if (entries.length === 0) return report('/tags', 'too_few_items', 'tags holds at least one label.');
  if (entries.length > MOST_TAGS) report('/tags', 'too_many_items', `tags holds at most ${MOST_TAGS} labels.`);
  for (const [name, label] of entries) reportTag({ name, label }, report);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function reportTag({ name, label }: { readonly name: string; readonly label: unknown }, report: Report): void {
  const at = pointerTo('tags', name);
  if (typeof label !== 'string') report(at, 'invalid_type', `A label is a text; got ${shown(label)}.`);
  else if (label.length > LONGEST_TAG) report(at, 'too_long', `A label has at most ${LONGEST_TAG} characters.`);
  else if (!isCleanText(name) || !isCleanText(label))
    report(at, 'invalid_characters', 'A label holds control characters, or such as cannot be shown as written.');
}
