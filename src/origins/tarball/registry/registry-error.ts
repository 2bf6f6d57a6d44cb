import { DocpinError } from '../../../errors.ts';

/** What a status of a registry means; text that the registry sent with it is never repeated. */
export function registryError(status: number, host: string): DocpinError {
  if (status === 401 || status === 403)
    return new DocpinError(status === 401 ? 'unauthorized' : 'forbidden', {
      what: `The registry at ${host} does not let us read this package (${status}).`,
      next: 'Log in with npm (`npm login --registry <url>`), or check the token in the .npmrc of your home folder.',
    });
  if (status === 429)
    return new DocpinError('throttled', {
      what: `The registry at ${host} asks for fewer requests.`,
      next: 'Ask again in a minute.',
    });
  if (status >= 500)
    return new DocpinError('unavailable', {
      what: `The registry at ${host} has trouble (${status}).`,
      next: 'Ask again in a minute, or ask for a version that is installed.',
    });
  return new DocpinError('rejected', {
    what: `The registry at ${host} refused the request (${status}).`,
    next: 'Check that the configured registry is an npm registry.',
  });
}

/** The registry did not answer in the time that it was given. */
export function registryTooSlow(limitMs: number): DocpinError {
  return new DocpinError('timed-out', {
    what: `The registry did not answer within ${Math.round(limitMs / 100) / 10} s.`,
    next: 'Ask again in a moment.',
  });
}

/** The registry answered, but not as a registry does. */
export function badRegistryAnswer(what: string, cause?: unknown): DocpinError {
  return new DocpinError(
    'bad-answer',
    { what, next: 'Check the registry in your npm configuration; a proxy may be answering in its place.' },
    { cause },
  );
}
