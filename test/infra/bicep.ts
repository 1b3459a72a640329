import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

export const infra = path.resolve(import.meta.dirname, '../../infra');

/** Paths of the Bicep files below infra/, sorted. */
export const bicepFiles = readdirSync(infra, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.bicep'))
  .sort();

let parser: Promise<Parser> | undefined;

/** The syntax tree of a Bicep text. */
export async function parseBicep(text: string): Promise<Node> {
  parser ??= (async () => {
    await Parser.init();
    const grammar = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');
    const made = new Parser();
    made.setLanguage(await Language.load(grammar));
    return made;
  })();
  const tree = (await parser).parse(text);
  if (!tree) throw new Error('the parser gave no tree');
  return tree.rootNode;
}

export function readBicep(file: string): string {
  return readFileSync(path.join(infra, file), 'utf8');
}

/** Everything in a tree of one type of node. */
export function nodesOf(root: Node, type: string): Node[] {
  return root.descendantsOfType(type).filter((node) => node !== null);
}

/** Text of a node without quotes. */
export function bare(node: Node | null | undefined): string {
  return (node?.text ?? '').replace(/^'|'$/g, '');
}

/** Members of an object literal: name and value. */
export function membersOf(object: Node): Map<string, Node> {
  return new Map(
    object.namedChildren
      .filter((child) => child?.type === 'object_property')
      .map((child) => [bare(child?.namedChildren[0]), child?.namedChildren.at(-1) as Node]),
  );
}

/** The object that a declaration is about, whatever condition or loop stands before it. */
export function bodyOf(declaration: Node): Node | undefined {
  return nodesOf(declaration, 'object').find((node) => membersOf(node).size > 0);
}

/** A module that a template deploys: its file, and the parameters given to it. */
export interface Module {
  readonly file: string;
  readonly given: ReadonlyMap<string, Node>;
}

/** Modules of a template by their symbolic names. */
export function modulesOf(tree: Node): Map<string, Module> {
  return new Map(
    nodesOf(tree, 'module_declaration').map((node) => {
      const params = membersOf(bodyOf(node) as Node).get('params');
      const [name, file] = node.namedChildren.filter((child) => child?.type !== 'decorators');
      return [name?.text ?? '', { file: bare(file), given: params ? membersOf(params) : new Map() }];
    }),
  );
}
