// Downloads a version from a registry as docpin has to, in a process that is connected to nothing yet, and prints the
// milliseconds: `node bench/index/download.mjs <registry> <name> <version>`.
const [registry, name, version] = process.argv.slice(2);
const startedAt = performance.now();
const headers = { accept: 'application/vnd.npm.install-v1+json' };
const packument = await (await fetch(new URL(name, registry), { headers })).json();
const tarball = await fetch(packument.versions[version].dist.tarball);
const { byteLength } = await tarball.arrayBuffer();
if (!tarball.ok || byteLength === 0) throw new Error(`The tarball was not sent: ${tarball.status}`);
console.log(performance.now() - startedAt);
