import { join } from 'node:path';
import { testSource } from '../../contracts/source-contract.ts';
import { copyProject, temporaryFolder } from '../../setup/fixture-projects.ts';
import { openSource } from './open-source.ts';

testSource('indexed', async () => {
  const folder = temporaryFolder();
  const project = copyProject('npm-app', join(folder, 'project'));
  return {
    source: openSource({ cacheFolder: join(folder, 'cache'), project }).source,
    knownLibrary: { kind: 'npm', name: 'harbor' },
    knownQuery: 'harbor dock lighthouse onUndock',
    knownName: 'harbor',
    unknownVersion: '3',
    similarName: 'harbour',
    unknownName: 'xylophone',
    unknownLibrary: { kind: 'npm', name: 'xylophone' },
    foreignLibrary: { kind: 'context7', owner: 'acme', repo: 'harbor' },
  };
});
