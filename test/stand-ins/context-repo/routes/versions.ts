import type { Version } from '../account.ts';
import type { Call } from '../route.ts';

export interface Versioned {
  readonly id: string;
  title: string;
  content: string;
  currentVersion: number;
  versions: Version[];
}

/** Changes the content and remembers it as a version, newest first. */
export function nextVersion(item: Versioned, call: Call, content: string, changeLog: unknown): void {
  item.content = content;
  item.currentVersion += 1;
  const version: Version = {
    id: call.account.newId('v'),
    version: item.currentVersion,
    userName: call.account.user,
    changeLog: String(changeLog ?? ''),
    title: item.title,
    content,
  };
  item.versions = [version, ...item.versions];
}

/** What an update changes; undefined when it changes nothing. */
export function changesOf(
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const { changeLog: _changeLog, expectedRevision: _revision, ...changes } = body;
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** Whether one of some texts holds what is searched for, in any case. */
export function matches(search: string | undefined, ...texts: readonly string[]): boolean {
  if (search === undefined) return true;
  return texts.some((text) => text.toLowerCase().includes(search.toLowerCase()));
}

/** Whether all tags of a comma-separated list are there. */
export function hasTags(tags: readonly string[], wanted: string | undefined): boolean {
  return (wanted ?? '')
    .split(',')
    .filter((tag) => tag !== '')
    .every((tag) => tags.includes(tag));
}
