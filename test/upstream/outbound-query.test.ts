import { describe, expect, it } from 'vitest';
import { toOutboundQuery } from '../../src/upstream/outbound-query.ts';

const tail = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
// Put together from parts, so that scanners for leaked keys do not take this file for a leak.
const secrets: readonly (readonly [form: string, secret: string])[] = [
  ['a Context7 key', ['ctx7sk', '-', tail].join('')],
  ['a Context Repo key', ['gm_abcdefghijkl', '_', tail].join('')],
  ['an sk- key', ['sk', '-', 'proj-', tail].join('')],
  ['a payment key', ['sk', '_live_', tail].join('')],
  ['a GitHub token', ['ghp', '_', tail].join('')],
  ['a fine-grained GitHub token', ['github', '_pat_', tail].join('')],
  ['an AWS key id', ['AKIA', 'IOSFODNN7EXAMPLE'].join('')],
  ['a Slack token', ['xoxb', '-', '123456789012-', tail].join('')],
  ['a GitLab token', ['glpat', '-', tail].join('')],
  ['an npm token', ['npm', '_', tail].join('')],
  [
    'a JSON web token',
    ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dBjftJeZ4CVPmB92K27u'].join('.'),
  ],
];

describe('toOutboundQuery', () => {
  it.each(secrets)('takes out %s', (_form, secret) => {
    expect(toOutboundQuery(`why does ${secret} not work?`)).toBe('why does [redacted] not work?');
  });

  it.each([
    ['Bearer abc123def456', 'Bearer [redacted]'],
    ['authorization: bearer xyz', 'authorization: bearer [redacted]'],
    ['connect to postgres://admin:hunter2@db.example/app', 'connect to postgres://[redacted]@db.example/app'],
    ['password=hunter2 is refused', 'password=[redacted] is refused'],
    ['"api_key": "hunter two",', '"api_key": [redacted],'],
    ["clientSecret: 'x y z'", 'clientSecret: [redacted]'],
    ['DB_PASSWORD=hunter2', 'DB_PASSWORD=[redacted]'],
  ])('takes the secret out of %s', (query, outbound) => {
    expect(toOutboundQuery(query)).toBe(outbound);
  });

  it('takes out a private key, also one whose end is missing', () => {
    const begin = ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ');
    const end = ['-----END RSA', 'PRIVATE KEY-----'].join(' ');
    expect(toOutboundQuery(`use ${begin}\nMIIE\n${end} here`)).toBe('use [redacted] here');
    expect(toOutboundQuery(`use ${begin}\nMIIE`)).toBe('use [redacted]');
  });

  it('takes out configured secrets by value, wherever they stand', () => {
    expect(toOutboundQuery('is open-sesame-9 right?', ['open-sesame-9'])).toBe('is [redacted] right?');
    expect(toOutboundQuery(`${'x '.repeat(200_000)}`, ['open-sesame-9'])).not.toContain('sesame');
  });

  it.each([
    'how to use bearer authentication',
    'basic authentication middleware',
    'what does password: string mean',
    'apiKey: process.env.API_KEY in the client',
    'useState vs useReducer',
    'sk-learn pipeline',
    'JWT token rotation',
  ])('leaves alone: %s', (query) => {
    expect(toOutboundQuery(query)).toBe(query);
  });

  it('makes one line of at most 500 characters', () => {
    expect(toOutboundQuery('  a\n\n\tb  ')).toBe('a b');
    expect(toOutboundQuery('x'.repeat(600))).toHaveLength(500);
  });

  it('does not cut a character in half', () => {
    const outbound = toOutboundQuery(`${'x'.repeat(499)}\u{1F600}`);
    expect(outbound).toBe('x'.repeat(499));
  });

  it('stays fast on hostile input of 100,000 characters', () => {
    const hostile = [
      'eyJ-',
      'password',
      'a://',
      '-----BEGIN PRIVATE KEY-----',
      'bearer ',
      'api_',
      ' ',
      '\n',
      '"',
      'x:',
    ];
    const started = performance.now();
    for (const piece of hostile) toOutboundQuery(piece.repeat(100_000 / piece.length));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
