import { DocpinError } from '../errors.ts';
import type { Lookup } from '../lookup/lookup.ts';
import type { CallContext } from './tool.ts';

/** The overview of a library's docs as an MCP resource, so that a person can attach it by hand. */
export interface LibraryResource {
  readonly uriTemplate: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** The Markdown at a URI of the template. Rejects with a `DocpinError`. */
  read(uri: string, context: CallContext): Promise<string>;
  /** Ids of the project's libraries that begin with what was typed, `npm:` left out or not. */
  complete(typed: string, context: CallContext): Promise<readonly string[]>;
}

const prefix = 'docpin://library/';
/** The protocol shows a hundred at most. */
const maxCompletions = 100;
const overviewTokens = 2_500;

/** Creates the resource over the use cases. */
export function createLibraryResource(lookup: Pick<Lookup, 'answer' | 'list'>): LibraryResource {
  return {
    uriTemplate: `${prefix}{+id}`,
    name: 'library',
    title: "Overview of a library's docs",
    description: 'What a library is, how it is installed and started, and the table of contents of its docs.',
    mimeType: 'text/markdown',
    async read(uri, context) {
      const { text } = await lookup.answer(
        { library: idOf(uri), mode: 'all', page: 1, tokens: overviewTokens },
        context,
      );
      return text;
    },
    async complete(typed, context) {
      const { facts } = await lookup.list(context);
      const wanted = typed.replace(/^npm:/, '').toLowerCase();
      return facts.libraries
        .filter(({ name, version }) => version !== undefined && name.toLowerCase().startsWith(wanted))
        .map(({ name, version }) => `npm:${name}@${version}`)
        .slice(0, maxCompletions);
    },
  };
}

function idOf(uri: string): string {
  try {
    if (uri.startsWith(prefix)) return decodeURIComponent(uri.slice(prefix.length));
  } catch (cause) {
    throw new DocpinError(
      'bad-input',
      { what: 'The URI holds a broken percent escape.', next: `Write ${prefix}npm:name@version.` },
      { cause },
    );
  }
  throw new DocpinError('library-not-found', {
    what: 'docpin has no resource of this URI.',
    next: `Its resources are ${prefix}<library id>.`,
  });
}
