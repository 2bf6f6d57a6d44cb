import { createSeededRandom } from '../../test/stand-ins/fault-engine/seeded-random.ts';

/** One tool call of the month, in words that both servers can be asked with. */
export interface MonthCall {
  readonly kind: 'resolve' | 'docs';
  readonly name: string;
  readonly id: string;
  readonly query: string;
  /** When it is made: milliseconds after the month began. */
  readonly atMs: number;
}

const dayMs = 86_400_000;
const days = 30;
/** One call in five asks what was never asked before. */
const newShare = 0.2;
/** A question that is asked again is mostly one of the last few dozen. */
const meanLookBack = 120;

const libraries = [
  { name: 'Next.js', id: '/vercel/next.js' },
  { name: 'Widgets', id: '/acme/widgets' },
] as const;
const subjects = [
  ...['dynamic route segments', 'parallel routes', 'intercepted routes', 'redirects', 'matching paths'],
  ...['rewriting headers', 'fetching data on the server', 'caching a fetch', 'revalidating by tag'],
  ...['streaming with suspense', 'server actions', 'static rendering', 'dynamic rendering', 'fonts'],
  ...['partial prerendering', 'client components', 'global styles', 'style modules', 'page metadata'],
  ...['optimising images', 'remote image hosts', 'social images', 'unit tests', 'standalone output'],
];
const forms = [
  ...['{}', 'how to set up {}', 'example of {}', 'options of {}', '{} in a nested layout', 'limits of {}'],
  ...['errors with {}', '{} with typed parameters', 'test {}', '{} in production', 'turn off {}'],
  ...['{} step by step', 'what changed in {}', '{} and caching', 'when to use {}', '{} for many pages'],
];

/**
 * The calls of a month in the order of time: `count` of them at random times of working days, a fifth of them new, the others
 * asked again, rather what was asked lately. One in four resolves a library, the others ask for docs.
 */
export function monthCalls(count: number, seed: number): readonly MonthCall[] {
  const random = createSeededRandom(seed);
  const times = Array.from({ length: count }, () => random() * days * dayMs).sort((a, b) => a - b);
  const fresh = shuffled(distinctQuestions(), random);
  const asked: Omit<MonthCall, 'atMs'>[] = [];
  return times.map((atMs) => {
    const back = Math.ceil(-Math.log(1 - random()) * meanLookBack);
    const isNew = random() < newShare || asked.length === 0;
    const again = asked[Math.max(0, asked.length - back)];
    const question = (isNew ? fresh.pop() : undefined) ?? again;
    if (question === undefined) throw new Error('there are too few questions for a month');
    asked.push(question);
    return { ...question, atMs };
  });
}

function distinctQuestions(): readonly Omit<MonthCall, 'atMs'>[] {
  return subjects.flatMap((subject) =>
    forms.flatMap((form, index) => {
      const query = form.replace('{}', subject);
      const library = libraries[index % 4 === 3 ? 1 : 0];
      const docs = { kind: 'docs', ...libraries[0], query } as const;
      return index % 3 === 0 ? [docs, { kind: 'resolve', ...library, query } as const] : [docs];
    }),
  );
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  for (let last = left.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [left[last], left[other]];
    if (a === undefined || b === undefined) continue;
    left[last] = b;
    left[other] = a;
  }
  return left;
}
