/** Servers that the suite is run against: the built docpin, and its serving stack with the suite's fixtures. */
export type ServerName = 'docpin' | 'fixtures';
export const revisions = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof revisions)[number];

/** A scenario, or one check of it (`scenario:check-id`), that fails and is known to. The suite fails when one of them passes. */
export interface ExpectedFailure {
  readonly servers: readonly ServerName[];
  readonly revisions: readonly Revision[];
  readonly why: string;
  readonly entries: readonly string[];
}

const contents = [
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-error',
  'tools-call-with-progress',
  'resources-read-text',
  'resources-read-binary',
  'resources-templates-read',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
];

/** May only shrink: `expected-failures.test.ts` counts. */
export const expectedFailures: readonly ExpectedFailure[] = [
  {
    servers: ['docpin'],
    revisions,
    why: 'They call tools, prompts and resources of the suite (test_*, test://), which docpin does not offer; the fixtures do.',
    entries: contents,
  },
  {
    servers: ['docpin'],
    revisions: ['2025-11-25'],
    why: 'docpin declares neither logging, which the protocol has given up, nor subscriptions, as nothing in it changes.',
    entries: ['logging-set-level', 'tools-call-with-logging', 'resources-subscribe', 'resources-unsubscribe'],
  },
  {
    servers: ['docpin'],
    revisions: ['2026-07-28'],
    why: 'These checks call diagnostic tools of the suite, which docpin does not offer; the fixtures do.',
    entries: [
      'server-stateless:sep-2575-server-rejects-undeclared-capability',
      'server-stateless:sep-2575-missing-capability-http-400',
      'server-stateless:sep-2575-http-server-no-independent-requests-on-stream',
      'server-stateless:sep-2575-server-no-log-without-loglevel',
    ],
  },
  {
    servers: ['docpin'],
    revisions: ['2026-07-28'],
    why: 'docpin never asks its client for input, so it has no tool that could show how; the fixtures do.',
    entries: [
      'input-required-result-basic-elicitation',
      'input-required-result-basic-sampling',
      'input-required-result-basic-list-roots',
      'input-required-result-request-state',
      'input-required-result-multiple-input-requests',
      'input-required-result-multi-round',
      'input-required-result-missing-input-response',
      'input-required-result-non-tool-request',
      'input-required-result-result-type',
      'input-required-result-tampered-state',
      'input-required-result-capability-check',
      'input-required-result-ignore-extra-params',
    ],
  },
  {
    servers: ['docpin', 'fixtures'],
    revisions: ['2025-11-25'],
    why: 'In this revision a server asks its client within a session, and docpin serves every request on its own.',
    entries: [
      'tools-call-sampling',
      'tools-call-elicitation',
      'elicitation-sep1034-defaults',
      'elicitation-sep1330-enums',
    ],
  },
  {
    servers: ['docpin', 'fixtures'],
    revisions: ['2025-11-25'],
    why: 'A warning, no failure: the suite misses the session that it would open several streams in.',
    entries: ['server-sse-multiple-streams'],
  },
];

/** The suite's own form of what is expected of one run. */
export function toBaseline(server: ServerName, revision: Revision): string {
  const entries = expectedFailures
    .filter((failure) => failure.servers.includes(server) && failure.revisions.includes(revision))
    .flatMap((failure) => failure.entries);
  return entries.length === 0
    ? 'server: []\n'
    : `server:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
}
