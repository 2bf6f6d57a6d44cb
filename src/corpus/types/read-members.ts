import type {
  Class,
  ClassElement,
  Declaration as DeclarationNode,
  Node,
  TSSignature,
  TSType,
} from 'oxc-parser';
import type { DocComments } from './doc-comments.ts';
import type { Declaration, Member } from './read-declarations.ts';

type Found = Pick<Declaration, 'members' | 'isFunction'> & Partial<Pick<Declaration, 'body'>>;

/**
 * The members of a declaration: those of a class, interface, enum or object type, and the options that a function takes as
 * an object type of its own.
 */
export function membersOf(node: DeclarationNode | Node, comments: DocComments): Found {
  const toMembers = (elements: readonly (TSSignature | ClassElement)[]) =>
    elements.flatMap((element) => toMember(element, comments) ?? []);
  switch (node.type) {
    case 'TSInterfaceDeclaration':
      return { members: toMembers(node.body.body), body: node.body, isFunction: false };
    case 'ClassDeclaration':
      return { members: toMembers((node as Class).body.body), body: (node as Class).body, isFunction: false };
    case 'TSEnumDeclaration':
      return {
        members: node.body.members.map(({ id, start, end }) => ({
          name: nameOfKey(id),
          start,
          end,
          doc: comments.before(start),
          isMethod: false,
        })),
        body: node.body,
        isFunction: false,
      };
    case 'TSTypeAliasDeclaration':
      return membersOfType(node.typeAnnotation, toMembers);
    case 'Identifier':
      return membersOfType(node.typeAnnotation?.typeAnnotation, toMembers);
    case 'FunctionDeclaration':
    case 'TSDeclareFunction': {
      const types = 'params' in node ? node.params.map(typeOfParameter) : [];
      const members = types.flatMap((type) => membersOfType(type, toMembers).members);
      return { members, isFunction: true };
    }
    default:
      return { members: [], isFunction: false };
  }
}

function membersOfType(
  type: TSType | undefined,
  toMembers: (elements: readonly TSSignature[]) => readonly Member[],
): Found {
  if (type?.type === 'TSTypeLiteral')
    return { members: toMembers(type.members), body: type, isFunction: false };
  if (type?.type === 'TSIntersectionType' || type?.type === 'TSUnionType') {
    const members = type.types.flatMap((each) => membersOfType(each, toMembers).members);
    return { members, isFunction: false };
  }
  if (type?.type === 'TSParenthesizedType') return membersOfType(type.typeAnnotation, toMembers);
  return { members: [], isFunction: false };
}

function typeOfParameter(parameter: Node): TSType | undefined {
  const { typeAnnotation } = parameter as { typeAnnotation?: { typeAnnotation: TSType } | null };
  return typeAnnotation?.typeAnnotation;
}

function toMember(element: TSSignature | ClassElement, comments: DocComments): Member | undefined {
  const { start, end } = element;
  if (element.type === 'StaticBlock') return undefined;
  if ('accessibility' in element && (element.accessibility as string | null) === 'private') return undefined;
  const doc = comments.before(start);
  if (!('key' in element)) return { name: undefined, start, end, doc, isMethod: true };
  if (element.key.type === 'PrivateIdentifier') return undefined;
  const isMethod = element.type === 'TSMethodSignature' || element.type === 'MethodDefinition';
  const name = element.computed ? undefined : nameOfKey(element.key);
  return { name, start, end, doc, isMethod };
}

/** The name that a key or an export is written as; undefined where it is worked out. */
export function nameOfKey(key: { readonly type: string } | undefined): string | undefined {
  if (key === undefined) return undefined;
  if ('name' in key && typeof key.name === 'string') return key.name;
  return 'value' in key && (typeof key.value === 'string' || typeof key.value === 'number')
    ? String(key.value)
    : undefined;
}
