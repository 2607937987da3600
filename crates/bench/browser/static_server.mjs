// A static file server on a free port. Paths without a file extension get index.html.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const TYPES = {
  '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.svg': 'image/svg+xml',
  '.txt': 'text/plain', '.wasm': 'application/wasm',
};

/** Serves `folder`, and the contents of `texts` by path. Every response has `headers`. */
export async function startStaticServer(folder, texts, headers = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const name = extname(pathname) ? pathname : '/index.html';
    try {
      const body = texts[pathname] ?? texts[name] ?? await readFile(join(folder, name));
      response.writeHead(200, { ...headers, 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404, headers);
      response.end();
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { url: `http://localhost:${server.address().port}`, stop: () => server.close() };
}
