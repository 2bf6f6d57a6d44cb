import { isDeclarations, type PageKind } from '../library.ts';
import type { Section } from './corpus.ts';

type Declared = Pick<Section, 'kind' | 'heading' | 'body' | 'tokens'> & { readonly pageKind: PageKind };

/** Stands before the names of a type's documented members, which have sections of their own. */
export const alsoMark = '  // also: ';

/** The code of a type without that line, for where its members are written out. */
export function withoutAlso(code: string): string {
  return code.replace(new RegExp(`^${alsoMark}.*\\n`, 'm'), '');
}

/** A longer one with braces is a type, whose members say something by their names; one without is a list of them. */
const maxTokens = 100;

/** Whether a section is several undocumented declarations together: its heading lists their names, if it has any. */
export function isGroup({
  pageKind,
  kind,
  heading,
}: Pick<Declared, 'pageKind' | 'kind' | 'heading'>): boolean {
  return isDeclarations(pageKind) && kind === 'code' && (heading === '' || heading.includes(', '));
}

/** Whether a section is code alone that nothing is said about: a group, a short declaration, or a list. */
export function isUndocumented(section: Declared): boolean {
  if (isGroup(section)) return true;
  const { pageKind, body, tokens } = section;
  if (!isDeclarations(pageKind) || body.includes('/**') || body.includes(alsoMark)) return false;
  if (tokens >= maxTokens && body.includes('{')) return false;
  return body.startsWith('```') && body.indexOf('\n```') === body.length - 4;
}
