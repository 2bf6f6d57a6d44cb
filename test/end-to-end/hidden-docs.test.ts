import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanEnv, runDocpin } from '../setup/built-docpin.ts';
import { copyProject, temporaryFolder, writeFiles } from '../setup/fixture-projects.ts';

const hidden = [
  '<!-- canary1 -->',
  '<div style="display:none">\n\ncanary2 para\n\n```\ncanary3\n```\n\n</div>',
  '<p hidden>canary4</p>',
  '<span style="visibility:&#104;idden">canary5</span>',
  '<b style="font-size:0">canary6</b> <b style="opacity:0">canary7</b>',
  '<script>canary8</script> <noscript>canary9</noscript>',
  '[comment]:\n# "canary10"',
  '[//]: # (canary11)',
  '<div title="a>b" hidden><div></div>canary12</div>',
];

it('shows nothing of an installed README that its reader would not see, and all the rest', () => {
  const cwd = copyProject('npm-app', join(temporaryFolder(), 'app'));
  writeFiles(join(cwd, 'node_modules/harbor'), {
    'README.md': `# harbor\n\nBananas are moored here.\n\n${hidden.join('\n\n')}\n\nComments start with \`<!--\`.\n\n## Banana setup\n\nMoor the bananas: A --> B, with \`<p hidden>\` in code.\n`,
  });
  const env = cleanEnv();
  const texts = [['bananas'], ['canary2', 'para', 'canary4'], []].map(
    (query) => runDocpin({ cwd, env, args: ['docs', 'harbor', ...query] }).stdout,
  );
  expect(texts.join('\n').replaceAll('canary2 para canary4', '')).not.toMatch(/canary/);
  for (const shown of [
    'Bananas are moored here.',
    'start with `<!--`.',
    'A --> B, with `<p hidden>` in code.',
  ])
    expect(texts[0]).toContain(shown);
  expect(readFileSync(join(cwd, 'node_modules/harbor/README.md'), 'utf8')).toContain('canary12');
});
