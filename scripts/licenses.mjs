// Lists the licences of all bundled code, from the packages that the bundler really read.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function renderLicenses(root, metafile) {
  const folders = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match !== null && bytesInOutput > 0) folders.add(match[1]);
    }
  }
  const parts = ['# Licences of bundled code\n'];
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    if (license === undefined && file === undefined) throw new Error(`${name} has no licence`);
    const text =
      file !== undefined && existsSync(join(root, folder, file))
        ? await readFile(join(root, folder, file), 'utf8')
        : '';
    parts.push(`## ${name} ${version} (${license ?? 'see text'})\n\n${text.trim()}\n`);
  }
  return parts.join('\n');
}
