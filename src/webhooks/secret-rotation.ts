import { conflict, parsed, refused, type Parsed, type Problem } from '../domain/problem.js';
import { parseDuration } from '../domain/time/duration.js';
import { DAY, plus, type Instant } from '../domain/time/instant.js';
import { parseSigningSecret } from '../platform/signing/signing-secret.js';
import { signingAt, type EndpointSecrets, type SigningSecret } from './endpoint-secrets.js';
import { readOptionalTexts } from './optional-body.js';
import { refusal } from './parse-endpoint.js';

export interface Rotation {
  /** The new secret; made when absent. */
  readonly secret?: string;
  /** How long the old one goes on signing, in milliseconds. */
  readonly overlap: number;
}

const USUAL_OVERLAP = 'PT24H';
const LONGEST_OVERLAP = 7 * DAY;

/** `{ secret?, overlap? }`, or no body at all. Throws 422 with every problem at once. */
export function parseRotation(body: unknown): Rotation {
  const { members, problems } = readOptionalTexts(body, ['secret', 'overlap']);
  if (problems.length > 0) throw refusal(problems);
  const secret = members.secret === undefined ? parsed(undefined) : parseSigningSecret(members.secret);
  const overlap = parseOverlap(members.overlap ?? USUAL_OVERLAP);
  if (secret.ok && overlap.ok) return { secret: secret.value, overlap: overlap.value };
  throw refusal([secret, overlap].flatMap(problemsOf));
}

const problemsOf = (part: Parsed<unknown>): readonly Problem[] => (part.ok ? [] : part.problems);

function parseOverlap(text: string): Parsed<number> {
  const pointer = '/overlap';
  const duration = parseDuration(text);
  if (!duration.ok) return refused(...duration.problems.map((problem) => ({ ...problem, pointer })));
  const { months, days, elapsed } = duration.value;
  const length = days * DAY + elapsed;
  if (months === 0 && length >= 0 && length <= LONGEST_OVERLAP) return parsed(length);
  return refused({ pointer, code: 'out_of_range', message: 'overlap is from PT0S to P7D.' });
}

/**
 * The new secret signs from now on, the one before beside it for `overlap`. 409 `rotation_active` while an older one
 * still signs too: whoever has not changed over yet was promised that time. Without an overlap all old ones end at once.
 */
export function rotated(
  secrets: EndpointSecrets,
  { secret, overlap }: Required<Pick<Rotation, 'overlap'>> & Pick<SigningSecret, 'secret'>,
  now: Instant,
): EndpointSecrets {
  const [current, ...older] = signingAt(secrets, now);
  if (overlap > 0 && older.length > 0) {
    const message = 'The secret before still signs: wait until it does not, or end it with the overlap PT0S.';
    throw conflict('rotation_active', message);
  }
  const old = overlap > 0 && current ? [{ secret: current.secret, until: plus(now, overlap) }] : [];
  return { ...secrets, signing: [{ secret }, ...old] };
}
