import { testSource } from '../../contracts/source-contract.ts';
import { library } from '../ask.ts';
import { startContext7 } from './start-context7.ts';

for (const api of ['context', 'docs'] as const) {
  testSource(`context7, generation ${api}`, async () => {
    const { source, close } = await startContext7({ api });
    return {
      source,
      knownLibrary: library('/vercel/next.js'),
      knownQuery: 'middleware before a request',
      knownName: 'Next.js',
      unknownVersion: '3',
      similarName: 'next',
      unknownName: 'qqqqqqqq',
      unknownLibrary: library('/nobody/nothing'),
      foreignLibrary: library('npm:next@16.0.3'),
      close,
    };
  });
}
