import { writeFileSync } from 'node:fs';
import { Hono } from 'hono';
import { answerNowhere } from './failure.ts';
import { problemType } from './problem.ts';
import { type ProblemName, problemKinds } from './problem-types.ts';

/** `GET /problems/{type}`: the `type` of a problem leads to a few lines that explain it. */
export function problemPages(): Hono {
  const app = new Hono();
  app.get('/', (c) => c.text(names().map(page).join('\n')));
  app.get('/:name', (c) => {
    const name = names().find((known) => known === c.req.param('name'));
    return name === undefined ? answerNowhere(c) : c.text(page(name));
  });
  return app;
}

function page(name: ProblemName): string {
  const { title, status, meaning } = problemKinds[name];
  return `${title} (${problemType(name)}, status ${status})\n${meaning}\n`;
}

/** The page docs/problems.md. */
export function problemsPage(): string {
  const rows = names().map((name) => {
    const { title, status, meaning } = problemKinds[name];
    return `| \`${problemType(name)}\` | ${status} | ${title} | ${meaning} |`;
  });
  return `# Problems

Every refusal of the admin API is a problem document (RFC 9457, \`application/problem+json\`): \`type\` is stable and names one of the rows below, \`title\` is for people, \`detail\` says what happened this time, \`errors\` names the fields at fault (\`body\` for the whole of it), \`counts\` what stands in the way. \`GET /problems/{type}\` tells a row as text.

| \`type\` | status | \`title\` | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}

function names(): ProblemName[] {
  return (Object.keys(problemKinds) as ProblemName[]).toSorted();
}

// `npm run openapi` writes it.
if (import.meta.main) writeFileSync('docs/problems.md', problemsPage());
