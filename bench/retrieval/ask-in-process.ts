import { openCorpus } from '../../src/corpus/open-corpus.ts';
import { defaultWeights, type RankingWeights } from '../../src/corpus/search/ranking-weights.ts';
import { loadSqlite } from '../../src/sqlite.ts';
import type { Question } from './questions/read-questions.ts';
import { noCoverage, readPackagePages } from './read-package-files.ts';
import { renderAnswer } from './render-answer.ts';

export interface Ask {
  /** The answer's text and how long it took. */
  ask(question: Question): Promise<{ readonly text: string; readonly ms: number }>;
  close(): Promise<void>;
}

/** Answers from a corpus in memory, without server and child: for tuning, with other weights as well. */
export async function askInProcess(
  project: string,
  questions: readonly Question[],
  weights: RankingWeights = defaultWeights,
): Promise<Ask> {
  const engine = await loadSqlite();
  const { reader, writer, close } = openCorpus({ engine, file: ':memory:', now: Date.now, weights });
  const rowIds = new Map<string, number>();
  for (const [name, version] of new Map(questions.map((each) => [each.package, each.version]))) {
    const started = performance.now();
    const pages = await readPackagePages(project, name, version);
    rowIds.set(name, writer.add({ name, version, contentHash: name, pages, coverage: noCoverage }));
    const sections = pages.reduce((sum, page) => sum + page.sections.length, 0);
    console.error(
      `${name}: ${pages.length} pages, ${sections} sections, ${Math.round(performance.now() - started)} ms`,
    );
  }
  return {
    async ask(question) {
      const started = performance.now();
      const found = reader.search(rowIds.get(question.package) ?? 0, question.query, {
        mode: 'all',
        limit: 40,
      });
      const ms = performance.now() - started;
      return { text: renderAnswer(found, `${question.package}@${question.version}`), ms };
    },
    async close() {
      close();
    },
  };
}
