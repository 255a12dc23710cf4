/**
 * Bundles what the browser loads. `dist/` mirrors the paths at which the server serves it:
 * `dist/index.html` is `/`, `dist/assets/*` is `/assets/*`. Chunks carry a hash in their name and
 * may be cached for ever; `console.js`, `console.css` and `roster.js` keep theirs and may not.
 */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Most that `<roster-members>` may load at first: bytes, compressed (DESIGN section 12). */
export const firstLoadLimit = 120_000;

/**
 * @param {{ outdir?: string, minify?: boolean }} [options]
 * @returns {Promise<{ outdir: string, firstLoad: number }>} compressed bytes of `roster.js` with
 *   all that it loads at first
 * @throws {Error} when that is more than `firstLoadLimit`
 */
export async function build({ outdir = path.join(here, 'dist'), minify = true } = {}) {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const { metafile } = await esbuild.build({
    absWorkingDir: here,
    entryPoints: { console: 'console/console.ts', roster: 'define.ts' },
    outdir: path.join(outdir, 'assets'),
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify,
    sourcemap: true,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  await esbuild.build({
    entryPoints: [path.join(here, 'console/console.css')],
    outdir: path.join(outdir, 'assets'),
    minify,
    logLevel: 'warning',
  });
  await copyFile(path.join(here, 'console/index.html'), path.join(outdir, 'index.html'));
  const firstLoad = await firstLoadSize(metafile, path.join(outdir, 'assets/roster.js'));
  if (minify) {
    assertFirstLoad(firstLoad);
    await compressAll(path.join(outdir, 'assets'));
  }
  return { outdir, firstLoad };
}

/** Lays `.br` and `.gz` beside each script and style, so that no request pays for compression. */
async function compressAll(directory) {
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  for (const name of await readdir(directory)) {
    if (!/\.(js|css)$/.test(name)) continue;
    const file = path.join(directory, name);
    const content = await readFile(file);
    await writeFile(`${file}.br`, brotliCompressSync(content, brotli));
    await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

/**
 * @param {esbuild.Metafile} metafile
 * @param {string} entry path of a built file
 * @returns {Promise<number>} compressed bytes of it and of all that it imports statically
 */
export async function firstLoadSize(metafile, entry) {
  const files = new Set([path.relative(here, entry)]);
  let bytes = 0;
  for (const file of files) {
    bytes += gzipSync(await readFile(path.join(here, file)), { level: 9 }).length;
    for (const { path: imported, kind } of metafile.outputs[file]?.imports ?? []) {
      if (kind === 'import-statement') files.add(imported);
    }
  }
  return bytes;
}

/** @param {number} bytes */
export function assertFirstLoad(bytes) {
  if (bytes <= firstLoadLimit) return;
  throw new Error(`First load of <roster-members> is ${bytes} bytes; at most ${firstLoadLimit}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { outdir, firstLoad } = await build();
  process.stdout.write(
    `Built ${path.relative(process.cwd(), outdir)}; first load ${firstLoad} bytes compressed, of at most ${firstLoadLimit}\n`,
  );
}
