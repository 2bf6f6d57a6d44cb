import { fileURLToPath } from 'node:url';
import type { McpServer } from '@modelcontextprotocol/server';
import type { CallContext } from '../tools/tool.ts';

/** A client that does not answer about its roots must not hold up a call. */
const timeoutMs = 2_000;

/**
 * Reads the folders that a client of the 2025 protocols says it works in; asks once per connection, again after the client says
 * that they changed, and again after it did not answer. A client without roots has none; one that does not answer rejects.
 */
export function createRootsReader(server: McpServer['server']): NonNullable<CallContext['roots']> {
  let roots: Promise<readonly string[]> | undefined;
  server.setNotificationHandler('notifications/roots/list_changed', () => {
    roots = undefined;
  });

  async function ask(): Promise<readonly string[]> {
    if (server.getClientCapabilities()?.roots === undefined) return [];
    const answer = await server.listRoots(undefined, { timeout: timeoutMs });
    return answer.roots.flatMap((root) => toFolder(root.uri));
  }

  return () => {
    roots ??= ask().catch((thrown) => {
      roots = undefined;
      throw thrown;
    });
    return roots;
  };
}

function toFolder(uri: string): readonly string[] {
  if (!uri.startsWith('file://') || !URL.canParse(uri)) return [];
  const { hostname, pathname } = new URL(uri);
  if (hostname !== '' || pathname.includes('%00')) return [];
  try {
    return [fileURLToPath(uri)];
  } catch {
    // A percent escape that is no path on this platform: as good as no root.
    return [];
  }
}
