import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { countTokens } from '../../src/corpus/count-tokens.ts';

const declaration = `export declare function prettifyError<T extends core.SomeType>(error: $ZodError<T>, options?: { maxDepth: 12 }): string;

Formats an error as text that people can read. Lines are indented by the depth of the path, as in the following example.

- \`error\`: the error, as it was thrown
`;

const guide = `## Close the server

When \`fastify.close()\` is called, **every plugin** that registered an \`onClose\` hook is told, in the reverse order. Wait for
open requests with [\`forceCloseConnections\`](./Server.md#force-close), or see the table:

| option | type | default |
|--------|------|---------|
| \`timeout\` | number | 10000 |
`;

/** Most of what is counted is English; of other scripts it must be right enough to hold a budget. */
const texts: readonly [string, string, number][] = [
  ['declarations', declaration, 0.12],
  ['a guide', guide, 0.2],
  ['Russian', 'Этот пакет читает документацию установленных библиотек и отвечает на вопросы.', 0.4],
  ['Chinese', '该软件包读取已安装库的文档，并在令牌预算内回答问题。', 0.4],
  ['Japanese', 'このパッケージはインストールされたライブラリのドキュメントを読みます。', 0.4],
  ['Korean', '이 패키지는 설치된 라이브러리의 문서를 읽고 질문에 답합니다.', 0.5],
];

describe('the estimate of tokens', () => {
  it.each(texts)('is near what a tokenizer counts: %s', (_name, text, tolerance) => {
    const long = text.repeat(5);
    const counted = encode(long).length;
    expect(Math.abs(countTokens(long) - counted) / counted).toBeLessThan(tolerance);
  });

  it('is linear in the text, whatever it is', () => {
    expect(countTokens('')).toBe(0);
    expect(countTokens('\u{1F600}'.repeat(100_000))).toBeGreaterThan(100_000);
    expect(countTokens('a'.repeat(1_000_000))).toBeGreaterThan(90_000);
  });
});
