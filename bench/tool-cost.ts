import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { readBenchOptions } from './bench-options.ts';
import { reportFigures } from './report.ts';
import { withDocpin } from './with-docpin.ts';

/** What docpin's presence costs in every conversation: o200k tokens of its `tools/list` result as JSON and of its instructions. */
const options = readBenchOptions({ runs: 1 });
const session = { options, cwd: options.root };
const { initialized, listed } = await withDocpin(session, async (_server, opened) => opened);

const { instructions = '' } = initialized as { instructions?: string };
reportFigures(
  options.root,
  {
    name: 'tool-cost',
    node: options.nodeVersion,
    versions: { docpin: options.docpin },
    figures: [
      {
        figure: 'tools/list result',
        got: encode(JSON.stringify(listed)).length,
        unit: 'tokens',
        atMost: 700,
      },
      { figure: 'instructions', got: encode(instructions).length, unit: 'tokens', atMost: 120 },
    ],
    samples: { listed, instructions },
  },
  options.write,
);
