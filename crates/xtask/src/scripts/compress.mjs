// Prints the sizes of each given file in bytes, separated by tabs: uncompressed, gzip 9, brotli 11. With --write it
// also writes FILE.gz and FILE.br next to the file.
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const names = process.argv.slice(2);
const write = names[0] === '--write';
if (write) names.shift();
for (const name of names) {
  const raw = readFileSync(name);
  const gzip = gzipSync(raw, { level: 9 });
  const brotli = brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 22,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  if (write) {
    writeFileSync(`${name}.gz`, gzip);
    writeFileSync(`${name}.br`, brotli);
  }
  console.log([raw.length, gzip.length, brotli.length].join('\t'));
}
