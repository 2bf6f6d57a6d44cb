import { operations } from '../src/sources/context-repo/client/operations.ts';
import { callersOfMatrix } from '../test/sources/context-repo/credentials.ts';
import { readAsTwo } from '../test/sources/context-repo/figures/read-as-two.ts';
import { revokeKey } from '../test/sources/context-repo/figures/revoke-key.ts';
import { tryOperations } from '../test/sources/context-repo/figures/try-operations.ts';
import { writeUnderResets } from '../test/sources/context-repo/figures/write-under-resets.ts';
import { startContextRepoStandIn } from '../test/stand-ins/context-repo/context-repo-stand-in.ts';
import { allScopes } from '../test/stand-ins/context-repo/credentials.ts';
import { tryTools } from '../test/tools/context-repo/try-tools.ts';
import { readBenchOptions } from './bench-options.ts';
import { reportFigures } from './report.ts';
import { withDocpin } from './with-docpin.ts';

/** Whether Context Repo is governed by its scopes: who may what, what is tried how often, and who sees what for how long. */
const options = readBenchOptions({ runs: 1 });

const operationTries = [];
const toolTries = [];
for (const caller of callersOfMatrix) {
  operationTries.push(await tryOperations(caller));
  for (const allowsWrites of [true, false]) toolTries.push(await tryTools(caller, allowsWrites));
}
const writes = [];
for (const { name, effect } of operations) if (effect !== 'read') writes.push(await writeUnderResets(name));
const revocations = [];
for (const minutes of [0, 1, 2, 4, 5, 7, 10]) revocations.push(await revokeKey({ leadMs: minutes * 60_000 }));
const reads = await readAsTwo({ reads: 10_000 });

const standIn = await startContextRepoStandIn();
const on = { CONTEXTREPO_API_URL: standIn.baseUrl, CONTEXTREPO_API_KEY: standIn.addKey('ann', allScopes) };
const listedWith = (env: Readonly<Record<string, string>>) =>
  withDocpin({ options, cwd: options.root, env }, async (_server, { listed }) => JSON.stringify(listed));
const plain = await listedWith({});
const lists = [await listedWith(on), await listedWith({ ...on, DOCPIN_ALLOW_WRITES: '1' })];
await standIn.close();

const cellsOf = (tries: readonly { readonly cells: number }[]) =>
  tries.reduce((sum, { cells }) => sum + cells, 0);
const wrongOf = (tries: readonly { readonly wrong: readonly string[] }[]) =>
  tries.flatMap(({ wrong }) => wrong).length;
const none = { unit: 'count', atMost: 0 } as const;
const attempts = writes.map((write) => write.attempts);
reportFigures(
  options.root,
  {
    name: 'context-repo',
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    figures: [
      {
        figure: `${callersOfMatrix.length} credentials, ${cellsOf(operationTries)} operations: otherwise than the scopes say`,
        got: wrongOf(operationTries),
        ...none,
      },
      {
        figure: `${callersOfMatrix.length} credentials, ${cellsOf(toolTries)} tools listed and called: otherwise than the scopes say`,
        got: wrongOf(toolTries),
        ...none,
      },
      {
        figure: `${writes.length} writes under resets: most attempts`,
        got: Math.max(...attempts),
        unit: 'times',
        atMost: 1,
      },
      {
        figure: `${writes.length} writes under resets: fewest attempts`,
        got: Math.min(...attempts),
        unit: 'times',
        atLeast: 1,
      },
      {
        figure: 'a revoked key: last answer after it',
        got: Math.max(...revocations.map(({ lastAnswerMs }) => lastAnswerMs)),
        unit: 'ms',
        atMost: 299_999,
      },
      {
        figure: `${reads.reads} reads by two credentials: with words of the other`,
        got: reads.foreign,
        ...none,
      },
      {
        figure: `${reads.reads} reads by two credentials: with words of one's own`,
        got: reads.own,
        unit: 'count',
        atLeast: reads.reads,
      },
      {
        figure: `${lists.length} lists of tools with Context Repo and without its toolset: other than plain`,
        got: lists.filter((list) => list !== plain).length,
        ...none,
      },
    ],
    samples: {
      wrong: [...operationTries, ...toolTries].flatMap(({ wrong }) => wrong),
      writes: writes.map(({ name, attempts: tried }) => ({ name, attempts: tried })),
      revocations,
      reads,
      listBytes: [plain, ...lists].map((list) => Buffer.byteLength(list)),
    },
  },
  options.write,
);
