import { type Account, createAccount, type StoredDocument } from './account.ts';

/** All users have the same ids, so that a mix-up cannot hide; every text says whose it is. */
export const users = ['ann', 'bob', 'cyd'] as const;

export const ids = {
  handbook: 'dHandbook01',
  runbook: 'dRunbook0001',
  managed: 'dManaged0001',
  pending: 'dPending0001',
  team: 'cTeam0000001',
  notes: 'cNotes000001',
  review: 'pReview000001',
  /** Nobody's. */
  nothing: 'dNothing00001',
  /** Of Bob alone. */
  onlyBobs: 'dOnlyBobs0001',
} as const;

const createdAt = Date.UTC(2026, 2, 14);
const noteCount = 130;

/** The account of a user as it is at the start. */
export function seedAccount(user: string): Account {
  const account = createAccount(user);
  const add = (document: Partial<StoredDocument> & Pick<StoredDocument, 'id' | 'title' | 'content'>) =>
    account.documents.set(document.id, {
      tags: [],
      status: 'ready',
      sourceType: 'text',
      createdAt,
      currentVersion: 1,
      revision: 1,
      versions: [
        {
          id: `v${document.id.slice(1)}`,
          version: 1,
          userName: user,
          changeLog: 'First',
          title: document.title,
          content: document.content.slice(0, 80),
        },
      ],
      treeGeneration: 0,
      ...document,
    });

  add({
    id: ids.handbook,
    title: 'Team Handbook',
    content: handbook(user),
    tags: ['team', 'howto'],
    revision: 7,
    currentVersion: 2,
  });
  add({ id: ids.runbook, title: 'Release Runbook', content: runbook(user), tags: ['howto'], isSparse: true });
  add({ id: ids.managed, title: 'Managed Policy', content: `# Policy\n\nOf ${user}.`, isManaged: true });
  add({ id: ids.pending, title: 'Fresh Upload', content: `# Fresh\n\nOf ${user}.`, status: 'pending' });
  if (user === 'bob') add({ id: ids.onlyBobs, title: 'Diary', content: '# Diary\n\nOf bob alone.' });
  for (let number = 1; number <= noteCount; number++) {
    const padded = String(number).padStart(3, '0');
    add({
      id: `dNote${padded}`,
      title: `Note ${padded}`,
      content: `# Note ${padded}\n\nNumber ${number} of ${user}.`,
    });
  }

  account.prompts.set(ids.review, {
    id: ids.review,
    title: 'Review a change',
    description: 'Reads a diff with care',
    content: `Review \${diff} for ${user}, and say what is missing.`,
    variables: [{ name: 'diff', type: 'string', description: 'the change' }],
    tags: ['review'],
    isPublic: false,
    currentVersion: 1,
    versions: [],
  });
  for (let number = 1; number <= 25; number++)
    account.prompts.set(`pExtra${number}`, {
      id: `pExtra${number}`,
      title: `Extra ${number}`,
      description: 'One of many',
      content: `Extra ${number} of ${user}`,
      variables: [],
      tags: [],
      isPublic: false,
      currentVersion: 1,
      versions: [],
    });

  account.collections.set(ids.team, {
    id: ids.team,
    name: 'Team Docs',
    description: 'How we work',
    color: '#f97316',
    icon: '📁',
    tags: ['team'],
    items: [
      { itemId: ids.handbook, itemType: 'document' },
      { itemId: ids.runbook, itemType: 'document' },
      { itemId: ids.review, itemType: 'prompt' },
    ],
  });
  account.collections.set(ids.notes, {
    id: ids.notes,
    name: 'All Notes',
    description: '',
    tags: [],
    items: [...account.documents.keys()]
      .filter((id) => id.startsWith('dNote'))
      .map((itemId) => ({ itemId, itemType: 'document' as const })),
  });
  return account;
}

function handbook(user: string): string {
  return `# Team Handbook

How the team of ${user} works, day by day.

## Onboarding

New people read this handbook first, then pair with a colleague of ${user} for a week.

Accounts are opened by the office on the first day.

## Deploying

Deploys go out on weekdays before noon. The team of ${user} watches the dashboards for an hour.

\`\`\`sh
deploy --env production --owner ${user}
\`\`\`

A failed deploy is rolled back at once, and the reason is written down.

### Rolling back

Run the rollback of the last release. The database of ${user} is migrated forwards only.

\`\`\`sh
deploy --rollback --owner ${user}
\`\`\`

## On call

The person on call of ${user} answers within ten minutes, and hands over on Monday.

${Array.from({ length: 12 }, (_, index) => topic(index + 1, user)).join('\n\n')}
`;
}

function topic(number: number, user: string): string {
  return `## Service ${number}

Service ${number} of ${user} answers requests about topic ${number}. ${'It keeps its state in a database and its logs in a file. '.repeat(6).trim()}

To restart service ${number}, drain it, wait for its requests to end, and start it again.`;
}

function runbook(user: string): string {
  return `# Release Runbook

## Before a release

Check that the build of ${user} is green.

Tell support about the release window.

## After a release

Read the error rates of ${user} for an hour, then close the release ticket.
`;
}
