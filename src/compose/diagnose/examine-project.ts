import type { Check } from '../../doctor/diagnosis.ts';
import { toDocpinError } from '../../errors.ts';
import type { Lookup } from '../../lookup/lookup.ts';

/** Says which project is meant, and how many of its dependencies can be read where they are installed. */
export async function examineProject(lookup: Lookup, signal: AbortSignal): Promise<Check> {
  const subject = 'project';
  try {
    const { facts } = await lookup.list({ signal });
    const found = facts.libraries.filter(({ origin }) => origin === 'installed').length;
    if (facts.project === undefined) {
      return {
        subject,
        state: 'note',
        finding: 'none is known here',
        next: 'Start docpin in a project, or name one with --project or DOCPIN_PROJECT.',
      };
    }
    const elsewhere = facts.libraries.filter(({ origin }) => origin === 'registry').length;
    const finding = [
      `${facts.project}, ${found} of ${facts.libraries.length} dependencies installed`,
      ...(elsewhere === 0 ? [] : [`${elsewhere} read from the registry when they are asked for`]),
    ].join(', ');
    return found + elsewhere === facts.libraries.length
      ? { subject, state: 'ok', finding }
      : {
          subject,
          state: 'note',
          finding,
          next: 'Install the dependencies of the project to read the docs of all of them.',
        };
  } catch (thrown) {
    const { what, next } = toDocpinError(thrown);
    return { subject, state: 'fault', finding: what, next };
  }
}
