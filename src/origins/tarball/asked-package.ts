import { isNpmName } from '../../library.ts';
import type { Project, Wanted } from '../origin.ts';

/** A package as the registry is asked for it. */
export interface AskedPackage {
  /** The name in the registry, which for an alias (`"zod3": "npm:zod@3"`) is not the one in the project. */
  readonly name: string;
  /** Version, range or tag: what was asked for, else what the project declares; undefined for the newest. */
  readonly version: string | undefined;
  readonly alias: string | undefined;
  readonly isDependency: boolean;
  /** The project declares that it comes from somewhere else than a registry: `workspace:`, `file:`, `link:`, a repository. */
  readonly isFromElsewhere: boolean;
}

interface Declared {
  /** Undefined where the name is that of the dependency. */
  readonly target: string | undefined;
  readonly version: string | undefined;
  readonly isFromElsewhere: boolean;
}

/** Says which package of the registry a name means in a project, and in which version. */
export function toAskedPackage({ name, version }: Wanted, project: Project | undefined): AskedPackage {
  const dependency = project?.dependencies.get(name);
  if (dependency !== undefined) {
    const { target, version: declared, isFromElsewhere } = readDeclared(dependency.declared);
    const alias = target === undefined || target === name ? undefined : name;
    return {
      name: target ?? name,
      version: version ?? declared,
      alias,
      isDependency: true,
      isFromElsewhere,
    };
  }
  for (const { name: alias, declared } of project?.dependencies.values() ?? []) {
    const read = readDeclared(declared);
    if (read.target === name)
      return { name, version: version ?? read.version, alias, isDependency: true, isFromElsewhere: false };
  }
  return { name, version, alias: undefined, isDependency: false, isFromElsewhere: false };
}

function readDeclared(declared: string): Declared {
  const text = declared.trim();
  const [, target, range] = /^npm:(@?[^@]+)(?:@(.*))?$/.exec(text) ?? [];
  if (target !== undefined && isNpmName(target))
    return { target, version: nonEmpty(range), isFromElsewhere: false };
  // Yarn's patches and pnpm's catalogs are of packages of the registry, whose version stands elsewhere.
  if (/^(?:catalog|patch):/.test(text))
    return { target: undefined, version: undefined, isFromElsewhere: false };
  // Everything else with a colon or a slash is an address, a path, or `owner/repo`.
  if (/[:/]/.test(text)) return { target: undefined, version: undefined, isFromElsewhere: true };
  return { target: undefined, version: nonEmpty(text), isFromElsewhere: false };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
