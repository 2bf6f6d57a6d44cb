import type { z } from 'zod';
import { DocpinError } from '../../../errors.ts';
import { parseLibrary, printLibrary } from '../../../library.ts';
import type { Send, UpstreamResponse } from '../../../upstream/upstream.ts';
import type { Context7Id } from './api.ts';
import {
  badAnswer,
  movedError,
  quotaEmptyError,
  refusedBeforeContext7,
  type Subject,
  throttledError,
  toContext7Error,
} from './context7-error.ts';
import { type WireError, wireError } from './wire.ts';

export interface AskOptions {
  readonly send: Send;
  /** With `/api`, as CONTEXT7_API_URL has it. */
  readonly baseUrl: string;
  readonly credential: Context7Credential;
}

/** What a request proves to Context7 that it is from. */
export interface Context7Credential {
  /** Undefined asks without one. */
  readonly key: string | undefined;
  /** Names the key without giving it away; the same key gives the same id. */
  readonly id: string;
  /** Where it is set by whoever reads the error about it: `CONTEXT7_API_KEY`, or the header of a caller. */
  readonly setting: string;
}

/** Path segments below the base, and parameters; those that are undefined are left out. */
export interface Endpoint {
  readonly path: readonly string[];
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

export interface LibraryAnswer<T> {
  /** The library that answered, which a redirect may have changed. */
  readonly served: Context7Id;
  /** Undefined when Context7 knows the library, but has nothing for the query. */
  readonly value: T | undefined;
}

export interface Ask {
  /** Undefined when nothing was found. */
  search<T>(endpoint: Endpoint, shape: z.ZodType<T>, signal: AbortSignal): Promise<T | undefined>;
  /** Follows one move to another library id; a second one rejects with `moved`. */
  library<T>(
    library: Context7Id,
    endpointOf: (library: Context7Id) => Endpoint,
    shape: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<LibraryAnswer<T>>;
}

/** The server has no such endpoint: it speaks another generation of the API, or is no Context7 at all. */
export class EndpointMissingError extends DocpinError {
  constructor() {
    super('bad-config', {
      what: 'The server has no Context7 API of the configured generation.',
      next: 'Check CONTEXT7_API_URL (it ends in /api) and CONTEXT7_API (auto, context or docs).',
    });
  }
}

type Outcome<T> = { readonly value: T | undefined } | { readonly movedTo: Context7Id | undefined };

/** The library is there, or the search works: there is just nothing to give. */
const emptyErrors = new Set(['no_snippets_found', 'no_relevant_snippets', 'no_libraries_found']);

/** What a server says of an endpoint that it does not have. */
const missingStatuses = new Set([404, 405, 501]);

/** Creates the function that asks Context7 and tells its answers apart. Rejects with a `DocpinError` in our own words. */
export function createAsk({ send, baseUrl, credential }: AskOptions): Ask {
  const hasKey = credential.key !== undefined;
  const { setting } = credential;

  async function ask<T>(
    endpoint: Endpoint,
    shape: z.ZodType<T>,
    subject: Subject,
    signal: AbortSignal,
  ): Promise<Outcome<T>> {
    const response = await sendTo(endpoint, signal);
    const { status } = response;
    // Before anything else: 202 looks like success and 301 like a redirect, but both carry an error in JSON.
    if (status === 200) return { value: readShape(response, shape) };
    const refusal = readRefusal(response);
    if (status === 301 && refusal?.redirectUrl !== undefined) {
      return { movedTo: readTarget(refusal.redirectUrl) };
    }
    if (missingStatuses.has(status) && !isContractError(refusal)) throw new EndpointMissingError();
    if (status === 403 && refusal === undefined) throw refusedBeforeContext7();
    if (status === 404 && refusal !== undefined && emptyErrors.has(refusal.error))
      return { value: undefined };
    throw toContext7Error(status, refusal, subject);
  }

  async function sendTo(endpoint: Endpoint, signal: AbortSignal): Promise<UpstreamResponse> {
    try {
      return await send({
        method: 'GET',
        url: toUrl(baseUrl, endpoint),
        headers: {
          accept: 'application/json',
          'x-context7-source': 'docpin',
          ...(hasKey ? { authorization: `Bearer ${credential.key}` } : {}),
        },
        signal,
        credentialId: credential.id,
      });
    } catch (error) {
      if (!(error instanceof DocpinError)) throw error;
      if (error.code === 'quota-empty') throw quotaEmptyError({ hasKey, setting }, error);
      if (error.code === 'throttled') throw throttledError({ hasKey, setting }, error);
      throw error;
    }
  }

  return {
    async search(endpoint, shape, signal) {
      const subject = { library: undefined, version: undefined, hasKey, setting };
      const outcome = await ask(endpoint, shape, subject, signal);
      if ('movedTo' in outcome) throw movedError('the search');
      return outcome.value;
    },
    async library(library, endpointOf, shape, signal) {
      const subject = (id: Context7Id) => ({
        library: printWithoutVersion(id),
        version: id.version,
        hasKey,
        setting,
      });
      const first = await ask(endpointOf(library), shape, subject(library), signal);
      if ('value' in first) return { served: library, value: first.value };
      if (first.movedTo === undefined) throw movedError(printLibrary(library));
      // The asked version stays asked: where it does not exist, that is an error and not another version.
      const served: Context7Id =
        library.version === undefined ? first.movedTo : { ...first.movedTo, version: library.version };
      const second = await ask(endpointOf(served), shape, subject(served), signal);
      if ('movedTo' in second) throw movedError(printLibrary(library));
      return { served, value: second.value };
    },
  };
}

function toUrl(baseUrl: string, { path, parameters }: Endpoint): URL {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

function readShape<T>(response: UpstreamResponse, shape: z.ZodType<T>): T {
  const type = response.headers['content-type'];
  if (type !== undefined && !/\bjson\b/i.test(type))
    throw badAnswer('Context7 answered with something other than JSON.');
  const parsed = shape.safeParse(readJson(response.body));
  if (!parsed.success)
    throw badAnswer('Context7 answered in a shape that it does not document.', parsed.error);
  return parsed.data;
}

function readRefusal(response: UpstreamResponse): WireError | undefined {
  try {
    return wireError.safeParse(readJson(response.body)).data;
  } catch (error) {
    // Edge servers answer errors in HTML; then the status is all there is.
    if (error instanceof DocpinError) return undefined;
    throw error;
  }
}

/** Codes of the API are of the form `library_not_found`; `Not Found` in JSON is what any web server says. */
function isContractError(refusal: WireError | undefined): boolean {
  return refusal !== undefined && /^[a-z]+(?:_[a-z]+)+$/.test(refusal.error) && refusal.error !== 'not_found';
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw badAnswer('Context7 answered with something other than JSON.', cause);
  }
}

/** A redirect names a bare id such as `/new/lib`. Anything else is not followed. */
function readTarget(redirectUrl: string): Context7Id | undefined {
  if (!/^\/[\w.@~+-]{1,200}(?:\/[\w.@~+-]{1,200}){1,2}$/.test(redirectUrl)) return undefined;
  try {
    const target = parseLibrary(redirectUrl);
    return target.kind === 'context7' ? target : undefined;
  } catch (error) {
    if (error instanceof DocpinError) return undefined;
    throw error;
  }
}

function printWithoutVersion({ owner, repo }: Context7Id): string {
  return printLibrary({ kind: 'context7', owner, repo });
}
