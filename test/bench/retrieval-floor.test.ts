import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askInProcess } from '../../bench/retrieval/ask-in-process.ts';
import { readRounds } from '../../bench/retrieval/questions/read-questions.ts';
import { type Score, scoreAnswer } from '../../bench/retrieval/score-answer.ts';

interface Floor {
  readonly packages: readonly string[];
  /** Questions of the set that are answered within so many tokens. */
  readonly answered: Readonly<Record<string, number>>;
  readonly meanTokens: number;
}

const root = process.cwd();
const floor: Floor = JSON.parse(readFileSync(join(root, 'bench/retrieval/floor.json'), 'utf8'));

/** A floor further below what is reached guards nothing: it is raised with each gain. */
const slack = 2;

it('answers as early as it did, and the floor follows what it reached', async (context) => {
  let rounds: ReturnType<typeof readRounds>;
  try {
    rounds = readRounds(root, { set: 'dev', packages: floor.packages, folder: 'retrieval-floor' });
  } catch (thrown) {
    return context.skip(`npm could not install ${floor.packages.join(', ')}: ${String(thrown)}`);
  }
  const scores: Score[] = [];
  for (const { folder, questions } of rounds) {
    const { ask, close } = await askInProcess(folder, questions);
    for (const question of questions) scores.push(scoreAnswer((await ask(question)).text, question));
    await close();
  }
  for (const [tokens, least] of Object.entries(floor.answered)) {
    const answered = scores.filter(
      ({ tokensToAnswer }) => tokensToAnswer !== null && tokensToAnswer <= Number(tokens),
    ).length;
    expect.soft(answered, `answered within ${tokens} tokens`).toBeGreaterThanOrEqual(least);
    expect.soft(answered, `raise the floor within ${tokens} tokens`).toBeLessThanOrEqual(least + slack);
  }
  const mean = scores.reduce((sum, { tokens }) => sum + tokens, 0) / scores.length;
  expect(mean, 'mean tokens').toBeLessThanOrEqual(floor.meanTokens);
}, 240_000);
