// Checks the imports of src/ against the table of rooms. `node scripts/rooms.mjs [root]`
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCircles } from './circles.mjs';
import { parseModule } from './module-facts.mjs';
import {
  DEFAULT_EXPORT_FOLDERS,
  HOST_TOOLS,
  NODE_FOLDERS,
  PLATFORM_FOLDERS,
  PLATFORM_NAMES,
  PORTABLE_FOLDERS,
  PROJECT_FOLDERS,
  PROJECT_ROOMS,
  ROOMS,
  TEMPLATE_FOLDERS,
} from './room-table.mjs';

const PACKAGE = 'spacetick';

/**
 * @param {string} root folder that holds `src/` and `package.json`
 * @returns {string[]} problems, one line each; empty when the house is in order
 */
export function checkRooms(root) {
  const source = join(root, 'src');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const shipped = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
  const problems = [];
  /** @type {Map<string, string[]>} file -> files it needs at run time, both relative to src/ */
  const graph = new Map();

  for (const path of filesUnder(source)) {
    const file = posix(relative(source, path));
    if (isUnder(file, TEMPLATE_FOLDERS)) continue;
    const report = (line, text) => problems.push(`src/${file}:${line}: ${text}`);
    const needs = [];
    graph.set(file, needs);
    const room = file.includes('/') ? file.slice(0, file.indexOf('/')) : undefined;
    if (room === undefined || !Object.hasOwn(ROOMS, room)) {
      report(1, 'is in no room of the table; move it into one, or add the room to DESIGN and scripts/room-table.mjs');
      continue;
    }
    const facts = parseModule(path, readFileSync(path, 'utf8'));
    for (const { line, message } of facts.errors) report(line, message);
    for (const { line, from } of facts.starExports) report(line, `export * from '${from}': list the names`);
    for (const { line } of facts.defaultExports) {
      if (!isUnder(file, DEFAULT_EXPORT_FOLDERS)) report(line, 'has a default export: export it by name');
    }
    if (isUnder(file, PORTABLE_FOLDERS) && !isUnder(file, PLATFORM_FOLDERS)) {
      for (const { line, name } of facts.freeNames) {
        if (PLATFORM_NAMES.has(name)) report(line, `uses ${name}, which not every platform has: pass it in as a seam`);
      }
    }
    for (const { line, specifier, isType } of facts.imports) {
      if (specifier.startsWith('#')) {
        const targets = ownTargets(specifier);
        if (targets.length === 0) report(line, `imports '${specifier}', which is not a name of package.json "imports"`);
        for (const target of targets) {
          const path = posix(relative(dirname(file), target));
          const problem = relativeProblem(file, room, path.startsWith('.') ? path : `./${path}`);
          if (problem !== undefined) report(line, problem);
          else if (!isType) needs.push(target);
        }
        continue;
      }
      const problem = specifier.startsWith('.')
        ? relativeProblem(file, room, specifier)
        : packageProblem(file, room, specifier, shipped);
      if (problem !== undefined) report(line, problem);
      else if (!isType && specifier.startsWith('.'))
        needs.push(posix(relative(source, resolve(dirname(path), specifier))));
    }
  }
  for (const circle of findCircles(graph)) {
    problems.push(`src/${circle[0]}:1: imports run in a circle: ${[...circle, circle[0]].join(' -> ')}`);
  }
  return problems;

  /** Files, relative to src/, that a name of package.json "imports" stands for, under any condition. */
  function ownTargets(specifier) {
    const leaves = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry ?? {}).flatMap(leaves));
    return leaves(manifest.imports?.[specifier])
      .filter((path) => path.startsWith('./src/'))
      .map((path) => path.slice('./src/'.length));
  }

  function relativeProblem(file, room, specifier) {
    const bare = specifier.replace(/[?#].*$/, ''); // Vite's `?url`
    const target = resolve(source, dirname(file), bare);
    const fromSource = posix(relative(source, target));
    const isProject = PROJECT_ROOMS.includes(room);
    if (fromSource.startsWith('../')) {
      const folder = fromSource.slice('../'.length).split('/')[0];
      if (isProject && PROJECT_FOLDERS.includes(folder)) return undefined;
      return `imports '${specifier}', outside src/`;
    }
    const isFile = existsSync(target) && statSync(target).isFile();
    if (!isFile) return `imports '${specifier}', which is not there: paths end in the file's extension`;
    const targetRoom = fromSource.split('/')[0];
    if (targetRoom === room) return undefined;
    if (isProject) return `imports '${specifier}' by path: the ${room} knows the package by its name, '${PACKAGE}/...'`;
    if (ROOMS[room].includes(targetRoom)) return undefined;
    const allowed = ROOMS[room].length === 0 ? 'nothing' : ROOMS[room].join(', ');
    return `imports '${specifier}': room ${room} may import ${allowed}, not ${targetRoom}`;
  }

  function packageProblem(file, room, specifier, shipped) {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    if (name === PACKAGE) {
      return PROJECT_ROOMS.includes(room) ? undefined : `imports '${specifier}': inside the package use relative paths`;
    }
    if (isBuiltin(specifier) || name === 'ws') {
      return isUnder(file, NODE_FOLDERS)
        ? undefined
        : `imports '${specifier}', which only Node has: that belongs into ${NODE_FOLDERS.join(', ')}`;
    }
    if (PROJECT_ROOMS.includes(room) || shipped.has(name) || HOST_TOOLS[room]?.includes(name)) return undefined;
    return `imports '${specifier}', which is no dependency of the package: whoever installs it would lack it`;
  }
}

/** True when a file, relative to src/, is in one of the folders. */
function isUnder(file, folders) {
  return folders.some((folder) => file.startsWith(`${folder}/`));
}

function filesUnder(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function posix(path) {
  return path.split(sep).join('/');
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const problems = checkRooms(resolve(process.argv[2] ?? '.'));
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
