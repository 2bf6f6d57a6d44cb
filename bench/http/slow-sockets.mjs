// Opens many sockets to a port at once, each of which sends nothing, its headers or its body byte by byte, and prints how many
// milliseconds each was held once it was connected. A process of its own, so that the client that is measured does not wait for it.
// Usage: node slow-sockets.mjs <port> <count>
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const head = 'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
/** What a socket sends at first, and then byte by byte. */
const kinds = ['', head, `${head}content-length: 100000\r\n\r\n`];

function openSlowSocket(index) {
  const first = kinds[index % kinds.length];
  const socket = connect(port, '127.0.0.1');
  let connectedAt = performance.now();
  socket.once('connect', () => {
    connectedAt = performance.now();
  });
  socket.resume();
  socket.on('error', () => undefined);
  socket.write(first);
  const drip = setInterval(() => first !== '' && socket.write('a'), 1_000);
  return new Promise((resolve) =>
    socket.once('close', () => {
      clearInterval(drip);
      resolve(performance.now() - connectedAt);
    }),
  );
}

const heldMs = await Promise.all(Array.from({ length: count }, (_, index) => openSlowSocket(index)));
process.stdout.write(JSON.stringify(heldMs));
