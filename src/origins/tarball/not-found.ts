import { DocpinError } from '../../errors.ts';
import { printLibrary } from '../../library.ts';
import type { Located } from '../origin.ts';
import type { AskedPackage } from './asked-package.ts';
import { scopeOf } from './npm-config/npm-config.ts';
import { nearbyVersions } from './registry/pick-version.ts';
import type { Packument } from './registry/read-packument.ts';

const maxTags = 10;

/** The registry has no such package. */
export function packageNotFound(name: string, host: string): DocpinError {
  return new DocpinError('library-not-found', {
    what: `The registry at ${host} has no package called ${name}.`,
    next: 'Check the name with resolve-library; a private one needs its registry in the .npmrc of your home folder.',
  });
}

/** The registry has the package, but nothing that is meant by the version, range or tag. */
export function versionNotPublished(asked: AskedPackage, packument: Packument): DocpinError {
  const wanted = asked.version ?? 'latest';
  const near = nearbyVersions(packument, wanted);
  const tags = [...packument.tags].slice(0, maxTags).map(([tag, version]) => `${tag} (${version})`);
  const [first] = near;
  if (first === undefined)
    return new DocpinError('version-not-found', {
      what: `The registry has ${asked.name}, but no version of it that can be read.`,
      next: 'Check the name with resolve-library.',
    });
  return new DocpinError('version-not-found', {
    what: `${asked.name} has no version ${quoted(wanted)}. Near to it: ${near.join(', ')}.${tags.length > 0 ? ` Tags: ${tags.join(', ')}.` : ''}`,
    next: `Ask for one of these, such as ${printLibrary({ kind: 'npm', name: asked.name, version: first })}.`,
  });
}

/** The registry is not asked, because the name looks private. */
export function notAsked(name: string, because: string): DocpinError {
  const scope = scopeOf(name);
  return new DocpinError('library-not-found', {
    what: `The registry is not asked for ${name}, because ${because}, so the name may be private.`,
    next:
      scope === undefined
        ? 'Install it to read what it ships.'
        : `Install it, or say where its scope lives: \`${scope}:registry=<url>\` in the .npmrc of your home folder.`,
  });
}

/** The registry was not asked, because docpin is set up to ask it for dependencies alone. */
export function notADependency(name: string): DocpinError {
  return new DocpinError('library-not-found', {
    what: `${name} is no dependency of this project, and docpin is set to ask the registry for dependencies only.`,
    next: 'Add it to the project, or lift that setting.',
  });
}

/** The project's .npmrc names a registry in a way that is not taken from a project, and nobody else names one. */
export function registryRefused(key: string): DocpinError {
  return new DocpinError('bad-config', {
    what: `The project's .npmrc sets \`${key}\` to something else than a plain URL, and from a project nothing else is taken.`,
    next: `Write \`${key}=<url>\` into the .npmrc of your home folder.`,
  });
}

/** Nobody may be asked. */
export function offline(): DocpinError {
  return new DocpinError('offline', {
    what: 'docpin was told to stay offline, so the registry was not asked.',
    next: 'Start it without --offline, or ask for a library that is installed in the project.',
  });
}

/** The address of a tarball was known, and is not any longer. */
export function forgotten({ name, version }: Pick<Located, 'name' | 'version'>): DocpinError {
  return new DocpinError('unavailable', {
    what: `It is not known any longer where the tarball of ${name}@${version} is.`,
    next: 'Ask again.',
  });
}

/** What was asked for may be text of a project's package.json. */
function quoted(wanted: string): string {
  return `"${wanted.replace(/[^\w.+~^<>=*| -]/g, '?').slice(0, 100)}"`;
}
