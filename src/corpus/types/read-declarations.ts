import type { Declaration as DeclarationNode, Directive, Program, Statement } from 'oxc-parser';
import type { DocComments } from './doc-comments.ts';
import { membersOf, nameOfKey } from './read-members.ts';

/** What a file declares under one name in one place. */
export interface Declaration {
  /** With the namespaces and the container that it is in: `Client.Options`. */
  readonly name: string;
  /** The container; empty at the top of a file. */
  readonly trail: string;
  readonly start: number;
  readonly end: number;
  /** Inside of its doc comment. */
  readonly doc: string | undefined;
  /** What is in it that may be documented on its own: members of a type, options of a function. */
  readonly members: readonly Member[];
  /** Where its members begin and end, for a type that is nothing but its members. */
  readonly body?: { readonly start: number; readonly end: number };
  /** Whether further declarations of the name are other signatures of the same thing. */
  readonly isFunction: boolean;
  /** Whether it can be reached from outside. */
  readonly isExported: boolean;
  /** Whether its own text says nothing: `export * as Effect from`. */
  readonly isPointer?: boolean;
}

export interface Member {
  /** Undefined for call, construct and index signatures. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly doc: string | undefined;
  readonly isMethod: boolean;
}

interface Scope {
  readonly prefix: string;
  readonly trail: string;
  readonly isExported: boolean;
}

/** Lists what a parsed file declares, in its order, namespaces and modules included. */
export function readDeclarations(program: Program, comments: DocComments): readonly Declaration[] {
  const found: Declaration[] = [];
  const exportedNames = new Set<string>();
  const isModule = program.body.some(({ type }) => /^(?:Import|Export|TSExport)/.test(type));

  function readAll(body: readonly (Directive | Statement)[], scope: Scope): void {
    for (const statement of body) readStatement(statement, scope);
  }

  function readStatement(statement: Directive | Statement, scope: Scope): void {
    const { start, end } = statement;
    switch (statement.type) {
      case 'ExportNamedDeclaration':
        if (statement.declaration !== null) {
          readDeclaration(statement.declaration, { ...scope, isExported: true }, { start, end });
          return;
        }
        for (const { local, exported, ...place } of statement.specifiers) {
          exportedNames.add(nameOfKey(local) ?? '');
          const doc = comments.before(place.start);
          if (doc !== undefined)
            add({ name: nameOfKey(exported) ?? '', doc, start, end, isPointer: true }, scope);
        }
        return;
      case 'ExportDefaultDeclaration': {
        const { declaration } = statement;
        if (declaration.type === 'Identifier') exportedNames.add(declaration.name);
        else if (isDeclaration(declaration))
          readDeclaration(declaration, { ...scope, isExported: true }, { start, end });
        return;
      }
      case 'ExportAllDeclaration': {
        const doc = comments.before(start);
        const name = nameOfKey(statement.exported ?? undefined);
        if (doc !== undefined && name !== undefined) add({ name, doc, start, end, isPointer: true }, scope);
        return;
      }
      case 'TSExportAssignment':
        if (statement.expression.type === 'Identifier') exportedNames.add(statement.expression.name);
        return;
      default:
        if (isDeclaration(statement)) readDeclaration(statement, scope, { start, end });
    }
  }

  function add(
    declared: Pick<Declaration, 'name' | 'start' | 'end'> & Partial<Declaration>,
    scope: Scope,
  ): void {
    found.push({
      trail: scope.trail,
      doc: comments.before(declared.start),
      members: [],
      isFunction: false,
      isExported: scope.isExported,
      ...declared,
      name: `${scope.prefix}${declared.name}`,
    });
  }

  function readDeclaration(
    node: DeclarationNode,
    scope: Scope,
    place: { readonly start: number; readonly end: number },
  ): void {
    switch (node.type) {
      case 'TSModuleDeclaration':
        readModule(node, scope, place);
        return;
      case 'VariableDeclaration':
        for (const [index, declarator] of node.declarations.entries()) {
          const name = declarator.id.type === 'Identifier' ? declarator.id.name : 'default';
          const own = index === 0 ? {} : { doc: comments.before(declarator.start) };
          add({ ...place, name, ...own, ...membersOf(declarator.id, comments) }, scope);
        }
        return;
      case 'TSImportEqualsDeclaration':
        return;
      default:
        add({ ...place, name: node.id?.name ?? 'default', ...membersOf(node, comments) }, scope);
    }
  }

  function readModule(
    node: Extract<DeclarationNode, { type: 'TSModuleDeclaration' }>,
    scope: Scope,
    place: { readonly start: number; readonly end: number },
  ): void {
    const doc = comments.before(place.start);
    const isNamespace = node.kind === 'namespace';
    const name = node.kind === 'global' ? 'global' : nameOfModule(node.id);
    const full = isNamespace ? `${scope.prefix}${name}` : name;
    if (doc !== undefined)
      add({ name, doc, ...place, end: node.body?.start ?? place.end, isPointer: true }, scope);
    // `declare module "x";` says that there is such a module, and no more.
    if (node.body === null || node.body === undefined) return;
    // What a namespace of a declaration file declares is exported from it, with and without the word.
    const inside = { prefix: isNamespace ? `${full}.` : '', trail: full, isExported: true };
    readAll(node.body.body, inside);
  }

  readAll(program.body, { prefix: '', trail: '', isExported: !isModule });
  return found.map((each) =>
    exportedNames.has(rootOf(each.name)) && !each.isExported ? { ...each, isExported: true } : each,
  );
}

const declarations = new Set([
  'VariableDeclaration',
  'FunctionDeclaration',
  'TSDeclareFunction',
  'ClassDeclaration',
  'TSTypeAliasDeclaration',
  'TSInterfaceDeclaration',
  'TSEnumDeclaration',
  'TSModuleDeclaration',
]);

function isDeclaration(node: { readonly type: string }): node is DeclarationNode {
  return declarations.has(node.type);
}

function rootOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}

type ModuleId = Extract<DeclarationNode, { type: 'TSModuleDeclaration' }>['id'];

function nameOfModule(id: ModuleId): string {
  if (id.type === 'Identifier') return id.name;
  if (id.type === 'Literal') return id.value;
  const names: string[] = [];
  let left: (typeof id)['left'] = id;
  while (left.type === 'TSQualifiedName') {
    names.unshift(left.right.name);
    left = left.left;
  }
  if (left.type === 'Identifier') names.unshift(left.name);
  return names.join('.');
}
