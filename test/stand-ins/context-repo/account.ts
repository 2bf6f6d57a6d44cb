import { createHash } from 'node:crypto';
import { type Chunk, growTree } from './chunk-tree.ts';

export interface Version {
  readonly id: string;
  readonly version: number;
  readonly userName: string;
  readonly changeLog: string;
  readonly title: string;
  readonly content: string;
}

export interface StoredDocument {
  readonly id: string;
  title: string;
  content: string;
  tags: readonly string[];
  status: 'ready' | 'pending';
  readonly sourceType?: string;
  readonly sourceUrl?: string;
  readonly createdAt: number;
  currentVersion: number;
  revision: number;
  versions: Version[];
  /** Rebuilt trees have other chunk ids. */
  treeGeneration: number;
  /** Its section chunks hold their headings alone. */
  readonly isSparse?: boolean;
  /** Under managed editing: to be written through leases, which this API does not give. */
  readonly isManaged?: boolean;
}

export interface StoredPrompt {
  readonly id: string;
  title: string;
  description: string;
  content: string;
  readonly variables: readonly object[];
  tags: readonly string[];
  readonly isPublic: boolean;
  currentVersion: number;
  versions: Version[];
}

export interface StoredCollection {
  readonly id: string;
  name: string;
  description: string;
  color?: string;
  icon?: string;
  tags: readonly string[];
  items: { readonly itemId: string; readonly itemType: 'document' | 'prompt' }[];
}

/** Everything of one user. */
export interface Account {
  readonly user: string;
  readonly documents: Map<string, StoredDocument>;
  readonly prompts: Map<string, StoredPrompt>;
  readonly collections: Map<string, StoredCollection>;
  readonly sessions: Map<string, { readonly expiresAt: number; readonly shown: Set<string> }>;
  /** An id that was not given before. */
  newId(kind: string): string;
  /** The chunks of a document that is ready, in reading order. */
  chunksOf(document: StoredDocument): readonly Chunk[];
  chunk(chunkId: string): Chunk | undefined;
}

/** Creates an account that owns nothing. */
export function createAccount(user: string): Account {
  let count = 0;
  const trees = new Map<string, readonly Chunk[]>();
  const documents = new Map<string, StoredDocument>();

  function chunksOf(document: StoredDocument): readonly Chunk[] {
    if (document.status !== 'ready') return [];
    const key = `${document.id} ${document.revision} ${document.treeGeneration}`;
    const tree = trees.get(key) ?? growTree(document);
    trees.set(key, tree);
    return tree;
  }

  return {
    user,
    documents,
    prompts: new Map(),
    collections: new Map(),
    sessions: new Map(),
    newId(kind) {
      count += 1;
      return `${kind}${createHash('sha256').update(`${user} ${kind} ${count}`).digest('hex').slice(0, 14)}`;
    },
    chunksOf,
    chunk(chunkId) {
      for (const document of documents.values()) {
        const found = chunksOf(document).find((chunk) => chunk.chunkId === chunkId);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
