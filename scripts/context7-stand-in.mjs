// Runs the Context7 stand-in by hand: `node scripts/context7-stand-in.mjs [port]`.
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['test/stand-ins/context7/context7-stand-in.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { startContext7StandIn } = await import(`data:text/javascript;base64,${code}`);
const standIn = await startContext7StandIn({ port: Number(process.argv[2] ?? 0) });
console.log(`CONTEXT7_API_URL=${standIn.baseUrl}`);
