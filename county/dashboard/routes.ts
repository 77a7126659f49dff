/** Serves the county's page from its source files: plain HTML, CSS and JavaScript, without a bundler. */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

const SCRIPTS = [
  'page',
  'dom',
  'session',
  'inbox',
  'inboxFilter',
  'inboxTexts',
  'aside',
  'stationActs',
  'transfers',
  'stick',
  'stationFilter',
  'movePoints',
  'villages',
  'rules',
  'ruleTexts',
  'prices',
  'merge',
];
const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  ...['page', 'admin'].map((name) => ({
    path: `/${name}.css`,
    file: `${name}.css`,
    type: 'text/css; charset=utf-8',
  })),
  ...SCRIPTS.map((name) => ({
    path: `/${name}.js`,
    file: `${name}.js`,
    type: 'text/javascript; charset=utf-8',
  })),
];

/** Noto Sans SC in pieces by Unicode range: a browser fetches those it lacks glyphs for, and no others. */
const FONT = new URL('./', import.meta.resolve('@fontsource-variable/noto-sans-sc/index.css'));

export function addDashboard(app: FastifyInstance): void {
  for (const { path, file, type } of FILES) {
    const content = readFileSync(new URL(file, import.meta.url));
    app.get(path, (_request, reply) => reply.type(type).send(content));
  }
  app.get('/favicon.ico', (_request, reply) => reply.status(204).send());
  const styles = readFileSync(new URL('index.css', FONT));
  app.get('/font/index.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(styles));
  // Only names that are in the folder are ever opened.
  const pieces = readdir(new URL('files/', FONT)).then((names) => new Set(names));
  app.get<{ Params: { name: string } }>('/font/files/:name', async (request, reply) => {
    const { name } = request.params;
    if (!name.endsWith('.woff2') || !(await pieces).has(name)) {
      reply.callNotFound();
      return;
    }
    const content = await readFile(new URL(`files/${name}`, FONT));
    return reply.type('font/woff2').header('cache-control', 'public, max-age=604800').send(content);
  });
}
