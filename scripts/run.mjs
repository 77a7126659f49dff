/**
 * The way into every script: `node scripts/run.mjs NAME args…`. It needs only Node 20 and npm. It installs the
 * packages when they are missing or older than package-lock.json, then runs scripts/NAME.ts on the Node 24 that
 * comes among them, which reads TypeScript as it is. No shell is used, so that arguments arrive as they were
 * given on Linux and on Windows alike.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const LEAST_NODE = 20;
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules', '.village-station');

/** Says in one line what is wrong and ends with a failure. */
function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Where the `node` package puts its program; it is named differently on Windows. */
function stationNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(root, 'node_modules', 'node', 'bin', name);
}

/** Names the packages that package-lock.json asks for, on this kind of machine. */
function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  return `${hash} ${process.platform}-${process.arch}`;
}

/** Whether a person's own `npm install` already laid exactly what package-lock.json asks for. */
function alreadyLaid() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden) || !existsSync(stationNode())) return false;
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const laid = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || entry.optional || entry.devOptional || laid[path]?.version === entry.version,
  );
}

/** The npm of the running Node, as a program and its first arguments: `npm.cmd` would need a shell. */
function npmCommand() {
  const beside = dirname(process.execPath);
  const places = [
    process.env['npm_execpath'],
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = places.find((place) => place?.endsWith('.js') && existsSync(place));
  return script === undefined ? ['npm', []] : [process.execPath, [script]];
}

/** npm's own settings would be read again by an npm that a script starts, and change what it does. */
function childEnv() {
  const own = Object.entries(process.env).filter(([key]) => !/^npm_(config|package|lifecycle)_/i.test(key));
  return Object.fromEntries(own);
}

/** Runs a program to its end, passing on signals; resolves to its exit code. */
function run(program, args) {
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: 'inherit', env: childEnv() });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const pass = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, pass);
    child.on('error', (error) => fail(`${program} could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      // 128 + n is how a shell reports an end by signal n.
      done(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 137));
    });
  });
}

/** Lays the packages that package-lock.json asks for, unless they are there. */
async function install() {
  const wanted = wantedStamp();
  const has = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (has === wanted && existsSync(stationNode())) return;
  if (!alreadyLaid()) {
    process.stdout.write('Installing packages (npm ci); this is done once.\n');
    const [program, first] = npmCommand();
    const code = await run(program, [...first, 'ci', '--prefix', root, '--no-audit', '--no-fund']);
    if (code !== 0) fail('The packages could not be installed: `npm ci` failed, see above.');
    if (!existsSync(stationNode()))
      fail('Node 24 is missing after `npm ci`: allow the install script of the package `node`.');
  }
  writeFileSync(stampFile, wanted);
}

const [name, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);
if (major < LEAST_NODE) fail(`Node ${LEAST_NODE} or newer is needed; this is Node ${process.versions.node}.`);
if (name === undefined || !/^[a-z]+$/.test(name)) fail('Usage: node scripts/run.mjs NAME [arguments]');
const script = join(root, 'scripts', `${name}.ts`);
if (!existsSync(script)) fail(`There is no script "${name}" in scripts/.`);
await install();
process.exit(await run(stationNode(), ['--disable-warning=ExperimentalWarning', script, ...args]));
