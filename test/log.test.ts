import { describe, expect, it } from 'vitest';
import { createLog } from '../src/log.ts';

function linesOf(level: 'silent' | 'warn' | 'debug', secrets: string[] = []) {
  const lines: string[] = [];
  return { lines, log: createLog({ level, secrets, write: (line) => lines.push(line) }) };
}

describe('createLog', () => {
  it('writes what is at least as grave as its level', () => {
    const { lines, log } = linesOf('warn');
    log.error('a');
    log.warn('b');
    log.info('c');
    log.debug('d');
    expect(lines).toEqual(['docpin error: a\n', 'docpin warn: b\n']);
  });

  it('writes nothing when silent', () => {
    const { lines, log } = linesOf('silent');
    log.error('a');
    expect(lines).toEqual([]);
  });

  it('keeps one record on one line, whatever is in it', () => {
    const { lines, log } = linesOf('debug');
    log.debug('a\nb\u001b[31m', { name: 'c\r\nd\u2028e', count: 3, missing: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).toBe('docpin debug: a\\u000ab\\u001b[31m name="c\\r\\nd\\u2028e" count=3');
  });

  it('masks configured secrets', () => {
    const { lines, log } = linesOf('debug', ['ctx7sk-canary-123']);
    log.error('key ctx7sk-canary-123', { header: 'Bearer ctx7sk-canary-123' });
    expect(lines.join('')).not.toContain('canary');
  });

  it('caps each fact', () => {
    const { lines, log } = linesOf('debug');
    log.debug('long', { text: 'x'.repeat(100_000) });
    expect(lines[0]?.length).toBeLessThan(2_100);
  });

  it('writes JSON where that is asked for: one object on one line, capped and masked as well', () => {
    const lines: string[] = [];
    const log = createLog({
      level: 'debug',
      format: 'json',
      now: () => new Date(0),
      secrets: ['ctx7sk-canary-123'],
      write: (line) => lines.push(line),
    });
    const facts = { name: 'c\r\nd\u2028e', count: 3, missing: undefined, level: 'forged' };
    // @ts-expect-error: a fact of that name would be lost.
    log.warn('a\nb\u001b[31m', facts);
    log.warn('key', { header: 'Bearer ctx7sk-canary-123', text: 'x'.repeat(100_000) });
    const breaking = ['\n', '\r', '\u2028', '\u001b'];
    expect(lines.map((line) => [...line].filter((each) => breaking.includes(each)))).toEqual([
      ['\n'],
      ['\n'],
    ]);
    const time = '1970-01-01T00:00:00.000Z';
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).toEqual({
      time,
      level: 'warn',
      message: 'a\nb\u001b[31m',
      name: 'c\r\nd\u2028e',
      count: 3,
    });
    expect(second.header).toBe('Bearer [secret]');
    expect(second.text.length).toBeLessThanOrEqual(2_000);
  });
});
