import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** One import of one file. */
export interface Import {
  /** The importing file, relative to the project. */
  readonly file: string;
  /** The imported file or folder relative to the project, or `npm:` and the package's specifier. */
  readonly target: string;
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

export const PROJECT = join(__dirname, '..', '..');

/** The TypeScript files below a folder (or the file itself), relative to the project. */
export function sourceFiles(folder: string): string[] {
  if (folder.endsWith('.ts')) return [folder];
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Every import and re-export of a source file. */
export function importsOf(file: string, text = readFileSync(join(PROJECT, file), 'utf8')): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const target = specifier.startsWith('.')
      ? relative(PROJECT, resolve(PROJECT, dirname(file), specifier))
          .split(sep)
          .join('/')
      : `npm:${specifier}`;
    found.push({ file, target, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const bindings = node.importClause?.namedBindings;
      const allTypes =
        bindings !== undefined &&
        ts.isNamedImports(bindings) &&
        node.importClause?.name === undefined &&
        bindings.elements.every((element) => element.isTypeOnly);
      add(node.moduleSpecifier.text, node.importClause?.isTypeOnly === true || allTypes);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && isLoad(node.expression)) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && ts.isStringLiteral(specifier)) add(specifier.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The packages' modules that a file loads at run time, itself and through other files of the project. */
export function packagesBehind(file: string): string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (each: string): void => {
    if (seen.has(each)) return;
    seen.add(each);
    for (const { target, typeOnly } of importsOf(each)) {
      if (typeOnly) continue;
      if (target.startsWith('npm:')) packages.add(target.slice('npm:'.length));
      else visit(existsSync(join(PROJECT, `${target}.ts`)) ? `${target}.ts` : `${target}/index.ts`);
    }
  };
  visit(file);
  return [...packages].sort();
}

const isLoad = (callee: ts.Expression): boolean =>
  callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
