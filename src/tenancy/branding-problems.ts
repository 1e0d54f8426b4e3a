import { faintColours } from '../domain/flow/theme-contrast.js';
import { pointerTo, shown, type Problem } from '../domain/problem.js';
import { isImageAddress, isWebAddress } from './urls.js';

type Members = Readonly<Record<string, unknown>>;

/** What in a branding the set-up page could not show, or nobody could read. Other members are the client's own. */
export function brandingProblems(branding: Members): readonly Problem[] {
  const { theme, logoUrl } = branding;
  const faint = isMembers(theme) ? faintColours(theme) : [];
  return [
    ...(logoUrl == null || isSecureAddress(logoUrl) ? [] : [logoProblem(logoUrl)]),
    ...faint.map(({ name, message }): Problem => {
      return { pointer: pointerTo('branding', 'theme', name), code: 'insufficient_contrast', message };
    }),
  ];
}

const logoProblem = (value: unknown): Problem => ({
  pointer: pointerTo('branding', 'logoUrl'),
  code: typeof value === 'string' && isWebAddress(value) ? 'url_not_allowed' : 'invalid_url',
  message: `logoUrl is an absolute https address at a plain host; got ${shown(value)}.`,
});

const isSecureAddress = (value: unknown): boolean => typeof value === 'string' && isImageAddress(value);

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
