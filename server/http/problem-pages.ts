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

/** The rows of docs/problems.md. */
export function problemTable(): string {
  const rows = names().map((name) => {
    const { title, status, meaning } = problemKinds[name];
    return `| \`${problemType(name)}\` | ${status} | ${title} | ${meaning} |`;
  });
  return ['| `type` | status | `title` | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function names(): ProblemName[] {
  return (Object.keys(problemKinds) as ProblemName[]).toSorted();
}
