// An upstream that answers at once what was asked and with which key, in both forms of the Context7 API: in a process of its own, so
// that it takes no time of whoever measures. Prints its port.
import { createServer } from 'node:http';

const paragraph =
  'A store is created once and handed to whoever reads it; what it holds changes in one place only. ';

const server = createServer(({ url, headers }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const libraryId = searchParams.get('libraryId') ?? '';
  const about = `canary of ${libraryId} for ${headers.authorization ?? 'nobody'} on ${searchParams.get('query')}`;
  const text = `${about}\n\n${paragraph.repeat(22)}`;
  if (pathname === '/api/v2/context' && searchParams.get('type') === 'json')
    answer(response, 'application/json', { codeSnippets: [], infoSnippets: [snippet(libraryId, text)] });
  else if (pathname === '/api/v2/context') answer(response, 'text/plain', text);
  else answer(response, 'application/json', { results: [], searchFilterApplied: false });
});

function snippet(libraryId, content) {
  return { pageId: `https://docs.example${libraryId}`, breadcrumb: 'Stores', content, contentTokens: 500 };
}

function answer(response, type, body) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('disconnect', () => process.exit(0));
