import { describe, expect, it } from 'vitest';
import { editDistance, matchName } from '../../../src/sources/indexed/resolving/match-name.ts';

const packages = [
  { name: 'next', description: 'The React Framework' },
  { name: 'react', description: 'A JavaScript library for building user interfaces' },
  { name: 'react-dom' },
  { name: '@tanstack/react-query', description: 'Hooks for fetching asynchronous data' },
  { name: '@tanstack/query-core' },
  { name: 'date-fns', keywords: ['dates', 'time'] },
  { name: 'fastify', description: 'Fast and low overhead web framework' },
  { name: 'zod', description: 'Schema declaration and validation', keywords: ['schema', 'validation'] },
  { name: 'socket.io' },
];

function best(wanted: string): [string, string] | undefined {
  const matches = packages.flatMap((candidate) => {
    const match = matchName(wanted, candidate);
    return match === undefined ? [] : [{ name: candidate.name, ...match }];
  });
  const [first] = matches.sort((a, b) => b.score - a.score);
  return first === undefined ? undefined : [first.name, first.how];
}

describe('a wanted name', () => {
  it.each([
    ['next', 'next', 'exact'],
    ['Next.js', 'next', 'exact'],
    ['NextJS', 'next', 'exact'],
    ['React', 'react', 'exact'],
    ['react.js', 'react', 'exact'],
    ['TanStack Query', '@tanstack/react-query', 'similar'],
    ['tanstack react query', '@tanstack/react-query', 'exact'],
    ['react-query', '@tanstack/react-query', 'exact'],
    ['date fns', 'date-fns', 'exact'],
    ['datefns', 'date-fns', 'exact'],
    ['socketio', 'socket.io', 'exact'],
    ['Socket.IO', 'socket.io', 'exact'],
    ['fastfy', 'fastify', 'similar'],
    ['fsatify', 'fastify', 'similar'],
    ['fastify web framework', 'fastify', 'similar'],
    ['schema validation', 'zod', 'search'],
    ['kubernetes validation', undefined, undefined],
    ['zood', 'zod', 'similar'],
    ['zodd', 'zod', 'similar'],
    ['zed', 'zod', 'similar'],
    ['god', undefined, undefined],
    ['zo', undefined, undefined],
    ['xylophone', undefined, undefined],
    ['...', undefined, undefined],
    ['js', undefined, undefined],
  ])('%s means %s (%s)', (wanted, name, how) => {
    expect(best(wanted)).toEqual(name === undefined ? undefined : [name, how]);
  });

  it('with a letter too much is never taken for the name itself', () => {
    expect(matchName('reactt', { name: 'react' })).toMatchObject({
      how: 'similar',
      why: 'its name differs in one letter',
    });
    expect(matchName('reactt', { name: 'react' })?.score).toBeLessThan(0.9);
  });

  it('of 10 kB costs next to nothing', () => {
    const start = performance.now();
    for (const candidate of packages) matchName('a-b '.repeat(2_500), candidate);
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe('the edit distance', () => {
  it.each([
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('of %s and %s is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});
