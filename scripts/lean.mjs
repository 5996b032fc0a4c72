// The lean build: error texts become their code and a place to read. Used by build.mjs (of dist/) and bundle-size.mjs (of src/).
import { readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

/** Files of src/ in whose place the lean build has another one of the same folder and the same exports. */
export const LEAN_FILES = new Map([
  ['client/build-hint', 'client/lean-build-hint'],
  ['client/cache/make-index', 'client/cache/lean-make-index'],
  ['client/cache/table', 'client/cache/lean-table'],
  ['client/named-calls', 'client/lean-named-calls'],
  ['client/outbox', 'client/lean-outbox'],
  ['client/reload', 'client/lean-reload'],
  ['client/settlement', 'client/lean-settlement'],
  ['client/subscription-hint', 'client/lean-subscription-hint'],
  ['schema/index', 'schema/lean-index'],
  ['schema/table-def', 'schema/lean-table-def'],
  ['values/decode-utf8', 'values/lean-decode-utf8'],
  ['values/identity-at', 'values/lean-identity-at'],
  ['values/index', 'values/lean-index'],
  ['values/messages', 'values/lean-messages'],
  ['values/uuid-of', 'values/lean-uuid-of'],
  ['wire/index', 'wire/lean-index'],
  ['wire/bsatn/deltas', 'wire/bsatn/lean-deltas'],
]);

/**
 * The file that the lean build has in the place of this one: mostly this one.
 * @param {string} path from src/ or dist/
 */
export function leanFile(path) {
  const extension = extname(path);
  const name = path.slice(0, -extension.length).split(sep).join('/');
  return (LEAN_FILES.get(name) ?? name) + extension;
}

/** Where texts are passed: the callee's name, and which of its arguments is one. */
const TEXT_ARGUMENTS = new Map([
  ['SpacetickError', 1],
  ['ConnectionLostError', 0],
  ['InternalError', 0],
  ['fail', 3],
  ['wrongType', 2],
  ['badUtf8', 0],
  ['badList', 0],
  ['wireError', 0],
  ['warnOnce', 1],
  ['warn', 0],
  ['messageOf', 1],
  ['super', 1],
]);
const CHECK = /^(must[A-Z]|warn(Once)?$)/; // what declarations and joins must be, which the host checks too; and warnings
const SHOWN = 'detail'; // what stands under this name in a text is somebody else's word, or a value: it stays

/**
 * A module without its texts. What a text says of `detail` is passed in its place, in a list; a name that is passed
 * on as the text stays, as it may be the host's.
 * @param {string} path for the parser to know the language by
 * @param {string} code
 */
export function withoutTexts(path, code) {
  const { program } = parseSync(path, code);
  /** @type {{ start: number, end: number, text: string }[]} */
  const edits = [];
  const visitCall = ({ callee, arguments: args, end: callEnd }) => {
    if (callee.object?.name === 'console') return;
    // A class of errors passes a code on; what others pass on are no texts.
    const isError = callee.type === 'Super' && /^'E_|\.code$/.test(code.slice(args[0]?.start, args[0]?.end));
    const name = isError ? 'super' : (callee.property?.name ?? callee.name);
    const index = TEXT_ARGUMENTS.get(name);
    const text = args[index];
    if (text === undefined || !isText(text)) return;
    const kept = detailsOf(text);
    if (kept !== '') edits.push({ start: text.start, end: text.end, text: `[${kept}]` });
    else if (index < args.length - 1) edits.push({ start: text.start, end: text.end, text: 'undefined' });
    else edits.push({ start: args[index - 1]?.end ?? text.start, end: callEnd - 1, text: '' });
  };
  const visitStatement = ({ expression, start, end }) => {
    const { callee } = expression;
    if (callee?.object?.name === 'console') return;
    if (CHECK.test(callee?.property?.name ?? callee?.name)) edits.push({ start, end, text: ';' });
  };
  new Visitor({ CallExpression: visitCall, NewExpression: visitCall, ExpressionStatement: visitStatement }).visit(
    program,
  );
  edits.sort((a, b) => a.start - b.start || b.end - a.end);
  let out = '';
  let at = 0;
  for (const { start, end, text } of edits) {
    if (start < at) continue; // inside of one that was made
    out += code.slice(at, start) + text;
    at = end;
  }
  return out + code.slice(at);
}

/**
 * A plugin of rolldown: what build.mjs does to the files of dist/lean/, done to those of src/.
 * @param {string} root of the repository
 */
export function leanSource(root) {
  const source = join(root, 'src') + sep;
  return {
    name: 'lean',
    load: (id) => (id.startsWith(source) ? readFileSync(join(source, leanFile(relative(source, id))), 'utf8') : null),
    transform: (code, id) => (id.startsWith(source) ? withoutTexts(id, code) : null),
  };
}

function isText(node) {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string';
    case 'TemplateLiteral':
      return true;
    case 'BinaryExpression':
      return isText(node.left) || isText(node.right);
    case 'ConditionalExpression':
      return isText(node.consequent);
    case 'Identifier':
      return /^[A-Z_]+$/.test(node.name) || node.name === 'reason';
    default:
      return false;
  }
}

function detailsOf(node) {
  const parts = node.type === 'BinaryExpression' ? [node.left, node.right] : [node];
  const names = parts.flatMap((part) => (part.type === 'TemplateLiteral' ? part.expressions : []));
  return names.some((name) => (name.arguments?.[0] ?? name).name === SHOWN) ? SHOWN : '';
}
