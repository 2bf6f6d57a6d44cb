import * as z from 'zod';
import { isVersion } from '../../../library.ts';
import { badRegistryAnswer } from './registry-error.ts';

/** What a registry says of a package and its versions, as far as it is well-formed. */
export interface Packument {
  readonly name: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly versions: ReadonlyMap<string, PublishedVersion>;
  /** Epoch milliseconds; undefined where the answer does not say, as the abbreviated form does not. */
  readonly firstPublishedMs: number | undefined;
}

export interface PublishedVersion {
  readonly version: string;
  /** Its own words are not kept: they are the author's text. */
  readonly isDeprecated: boolean;
  readonly dist: {
    readonly tarball: string;
    readonly integrity?: string | undefined;
    readonly shasum?: string | undefined;
  };
}

const text = z.string().max(2_000);
const packumentShape = z.object({
  name: text.optional(),
  'dist-tags': z.record(z.string(), z.unknown()).optional().catch(undefined),
  versions: z.record(z.string(), z.unknown()),
  time: z.object({ created: text.optional() }).optional().catch(undefined),
});
const versionShape = z.object({
  deprecated: z.unknown().optional(),
  dist: z.object({ tarball: text, integrity: text.optional(), shasum: text.optional() }),
});
const tagName = /^[\w][\w.-]{0,60}$/;

/**
 * Reads the answer about a package. Versions and tags that are not well-formed are left out, so that what is in the result can
 * be printed. Throws `bad-answer` when it is no such answer, or one about another package.
 */
export function readPackument(body: Uint8Array, name: string, host: string): Packument {
  const parsed = packumentShape.safeParse(parseJson(body, host));
  if (!parsed.success)
    throw badRegistryAnswer(`The registry at ${host} answered with something that is no package.`);
  const { data } = parsed;
  if (data.name !== undefined && data.name !== name)
    throw badRegistryAnswer(`The registry at ${host} answered about another package than ${name}.`);
  const versions = new Map<string, PublishedVersion>();
  for (const [version, value] of Object.entries(data.versions)) {
    const read = isVersion(version) ? versionShape.safeParse(value) : undefined;
    if (read?.success !== true) continue;
    const { deprecated, dist } = read.data;
    // npm takes any text, and an empty one takes the deprecation back.
    const isDeprecated = deprecated === true || (typeof deprecated === 'string' && deprecated !== '');
    versions.set(version, { version, isDeprecated, dist });
  }
  const tags = new Map<string, string>();
  for (const [tag, version] of Object.entries(data['dist-tags'] ?? {}))
    if (typeof version === 'string' && versions.has(version) && tagName.test(tag)) tags.set(tag, version);
  return { name, tags, versions, firstPublishedMs: readDate(data.time?.created) };
}

/** Servers that do not know it send a zero of their own, such as the year 1; what can be printed as a date is in four digits. */
function readDate(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return ms >= Date.UTC(2000, 0) && ms < Date.UTC(10_000, 0) ? ms : undefined;
}

/** The JSON of an answer. Throws `bad-answer` for anything else. */
export function parseJson(body: Uint8Array, host: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw badRegistryAnswer(`The registry at ${host} answered with something that is no JSON.`, cause);
  }
}
