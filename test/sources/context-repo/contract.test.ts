import { testSource } from '../../contracts/source-contract.ts';
import { ids } from '../../stand-ins/context-repo/seed.ts';
import { library } from '../ask.ts';
import { startContextRepo } from './start-context-repo.ts';

for (const scope of [`document/${ids.handbook}`, `collection/${ids.team}`, 'all'])
  testSource(`context-repo, asked for ${scope}`, async () => {
    const { source, close } = await startContextRepo();
    return {
      source,
      knownLibrary: library(`context-repo:${scope}`),
      knownQuery: 'restart a service and drain its requests',
      knownName: 'Team Handbook',
      unknownVersion: '3',
      similarName: 'Team Handboo',
      unknownName: 'qqqqqqqq',
      unknownLibrary: library(
        `context-repo:${scope.startsWith('c') ? 'collection' : 'document'}/${ids.nothing}`,
      ),
      foreignLibrary: library('npm:next@16.0.3'),
      close,
    };
  });
