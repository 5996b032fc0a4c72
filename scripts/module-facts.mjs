import { parseSync, Visitor } from 'rolldown/utils';

/**
 * What a source file imports, exports and takes from its surroundings.
 * @param {string} path for the parser to know the language by
 * @param {string} text
 */
export function parseModule(path, text) {
  const { program, errors } = parseSync(path, text);
  const lineAt = (offset) => text.slice(0, offset).split('\n').length;
  const facts = {
    /** @type {{ line: number, specifier: string, isType: boolean }[]} */
    imports: [],
    /** @type {{ line: number, from: string }[]} */
    starExports: [],
    /** @type {{ line: number }[]} */
    defaultExports: [],
    /** Names that the file uses and does not declare. @type {{ line: number, name: string }[]} */
    freeNames: [],
    errors: errors.map((error) => ({ line: lineAt(error.labels?.[0]?.start ?? 0), message: error.message })),
  };
  const addImport = (node, source, isType) => {
    if (typeof source?.value !== 'string') return; // computed: nothing to check
    facts.imports.push({ line: lineAt(node.start), specifier: source.value, isType });
  };

  /** Identifiers that are no use of a name: keys, members, labels. */
  const notUses = new Set();
  const uses = [];
  const declared = new Set();
  const declare = (pattern) => {
    switch (pattern?.type) {
      case 'Identifier':
        declared.add(pattern.name);
        break;
      case 'ObjectPattern':
        for (const property of pattern.properties) declare(property.argument ?? property.value);
        break;
      case 'ArrayPattern':
        for (const element of pattern.elements) declare(element);
        break;
      case 'AssignmentPattern':
        declare(pattern.left);
        break;
      case 'RestElement':
        declare(pattern.argument);
        break;
      case 'TSParameterProperty':
        declare(pattern.parameter);
        break;
    }
  };
  const declareFunction = (node) => {
    declare(node.id);
    for (const parameter of node.params) declare(parameter);
  };
  const declareNamed = (node) => declare(node.id);
  const skipKey = (node) => {
    if (!node.computed && !node.shorthand) notUses.add(node.key);
  };

  new Visitor({
    ImportDeclaration: (node) => addImport(node, node.source, node.importKind === 'type'),
    ExportNamedDeclaration(node) {
      if (node.source) addImport(node, node.source, node.exportKind === 'type');
      if (node.specifiers.some((specifier) => nameOf(specifier.exported) === 'default')) {
        facts.defaultExports.push({ line: lineAt(node.start) });
      }
    },
    ExportAllDeclaration(node) {
      addImport(node, node.source, node.exportKind === 'type');
      facts.starExports.push({ line: lineAt(node.start), from: node.source.value });
    },
    ExportDefaultDeclaration: (node) => facts.defaultExports.push({ line: lineAt(node.start) }),
    ImportExpression: (node) => addImport(node, node.source, false),
    TSImportType: (node) => addImport(node, node.source ?? node.argument, true),

    ImportSpecifier(node) {
      notUses.add(node.imported);
      declare(node.local);
    },
    ImportDefaultSpecifier: (node) => declare(node.local),
    ImportNamespaceSpecifier: (node) => declare(node.local),
    ExportSpecifier: (node) => notUses.add(node.exported),
    VariableDeclarator: declareNamed,
    FunctionDeclaration: declareFunction,
    FunctionExpression: declareFunction,
    ArrowFunctionExpression: declareFunction,
    TSDeclareFunction: declareFunction,
    TSEmptyBodyFunctionExpression: declareFunction,
    TSFunctionType: (node) => declareFunction({ params: node.params }),
    TSMethodSignature: (node) => {
      skipKey(node);
      for (const parameter of node.params) declare(parameter);
    },
    ClassDeclaration: declareNamed,
    ClassExpression: declareNamed,
    TSTypeAliasDeclaration: declareNamed,
    TSInterfaceDeclaration: declareNamed,
    CatchClause: (node) => declare(node.param),
    Property: skipKey,
    PropertyDefinition: skipKey,
    MethodDefinition: skipKey,
    AccessorProperty: skipKey,
    TSPropertySignature: skipKey,
    TSNamedTupleMember: (node) => notUses.add(node.label),
    TSQualifiedName: (node) => notUses.add(node.right),
    MemberExpression(node) {
      // `globalThis.document` is a use of the name all the same.
      const isGlobal = node.object.type === 'Identifier' && node.object.name === 'globalThis';
      if (!node.computed && !isGlobal) notUses.add(node.property);
    },
    LabeledStatement: (node) => notUses.add(node.label),
    Identifier: (node) => uses.push(node),
  }).visit(program);

  for (const node of uses) {
    if (!notUses.has(node) && !declared.has(node.name)) {
      facts.freeNames.push({ line: lineAt(node.start), name: node.name });
    }
  }
  return facts;
}

function nameOf(exported) {
  return exported.name ?? exported.value;
}
