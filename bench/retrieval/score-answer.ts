import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import type { Question } from './questions/read-questions.ts';

/** What one answer is worth. */
export interface Score {
  /** o200k tokens from the answer's first character to the end of the first quote in it; null for a miss. */
  readonly tokensToAnswer: number | null;
  /** 1-based number of the snippet that ends the first quote; null for a miss. */
  readonly rank: number | null;
  /** o200k tokens of the whole answer. */
  readonly tokens: number;
  /** It holds a quote, nothing of another version, and is of the version that was meant. */
  readonly right: boolean;
}

const separator = '-'.repeat(32);

/** Scores an answer by text, as the question set says: a hit contains a quote, white space and marks folded on both sides. */
export function scoreAnswer(answer: string, question: Question): Score {
  const folded = fold(answer);
  let end = Number.POSITIVE_INFINITY;
  for (const { quote } of question.anyOf) {
    const wanted = fold(quote).text;
    const at = folded.text.indexOf(wanted);
    if (at >= 0) end = Math.min(end, folded.origins[at + wanted.length - 1] ?? end);
  }
  const tokens = encode(answer).length;
  if (!Number.isFinite(end)) return { tokensToAnswer: null, rank: null, tokens, right: false };
  const before = answer.slice(0, end + 1);
  return {
    tokensToAnswer: encode(before).length,
    rank: before.split(`\n${separator}\n`).length,
    tokens,
    right:
      answer.startsWith(`npm:${question.package}@${question.version} `) && !holdsAny(question.absent ?? []),
  };

  function holdsAny(quotes: readonly string[]): boolean {
    return quotes.some((quote) => folded.text.includes(fold(quote).text));
  }
}

/** Drops Markdown escapes, back-ticks and comment asterisks, folds white space; remembers where each character stood. */
function fold(text: string): { text: string; origins: number[] } {
  const origins: number[] = [];
  let out = '';
  let lineStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (char === '`') continue;
    if (char === '\\' && /[!-/:-@[-`{-~]/.test(next)) continue;
    if (lineStart && char === '*') continue;
    if (char === '\n') lineStart = true;
    else if (!/\s/.test(char)) lineStart = false;
    if (/\s/.test(char)) {
      if (out.endsWith(' ') || out === '') continue;
      out += ' ';
    } else {
      out += char;
    }
    origins.push(at);
  }
  return { text: out.trimEnd(), origins };
}
