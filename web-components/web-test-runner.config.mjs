import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher } from '@web/test-runner-chrome';
import { chromeArgs, chromePath } from './test-support/browser.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

export default {
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  files: [`${here}**/*.test.ts`, `!${here}dist/**`],
  nodeResolve: { exportConditions: ['browser', 'production'] },
  concurrency: 1, // keys and frames go only to the page in front
  plugins: [esbuildPlugin({ ts: true, target: 'es2022', tsconfig: `${here}tsconfig.json` })],
  browsers: [
    chromeLauncher({ launchOptions: { executablePath: await chromePath(), args: chromeArgs } }),
  ],
  testsFinishTimeout: 120_000,
  testFramework: { config: { ui: 'bdd', timeout: 20_000 } },
};
