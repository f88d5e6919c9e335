import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/**
 * The names that a function's code takes from packages, by package: `*` for a whole module that is handed on, `default` for
 * its default.
 */
export type PackageImports = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What the code of a function imports from packages, in all its modules. Types count for nothing, as in the bundle.
 * @param root the project's folder
 * @param entry the function's `index.ts`, relative to the root
 */
export function packageImports(root: string, entry: string): PackageImports {
  const found = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { module, names } of importsOf(join(root, file))) {
      if (module.startsWith('node:') || module.endsWith('.sql')) continue;
      if (module.startsWith('.')) {
        visit(relative(root, resolveModule(root, file, module)));
        continue;
      }
      const known = found.get(module) ?? new Set();
      names.forEach((name) => known.add(name));
      found.set(module, known);
    }
  };
  visit(entry);
  return found;
}

/** A module that imports the same names from the same packages, keeps them, and does nothing else. */
export function bareModule(imports: PackageImports): string {
  const kept: string[] = [];
  const lines = [...imports].map(([module, names]) => {
    const clauses = [...names].map((name) => {
      const local = `import${kept.length}`;
      kept.push(local);
      return name === '*'
        ? `import * as ${local} from '${module}';`
        : `import { ${name} as ${local} } from '${module}';`;
    });
    return clauses.join('\n');
  });
  return [...lines, `export const handler = () => [${kept.join(', ')}];`, ''].join('\n');
}

interface Import {
  readonly module: string;
  readonly names: readonly string[];
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements.flatMap((statement): Import[] => {
    if (ts.isImportDeclaration(statement)) {
      const { importClause: clause, moduleSpecifier } = statement;
      if (!ts.isStringLiteral(moduleSpecifier) || clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
      const names = clause === undefined ? [] : namesOf(clause, source);
      // A clause of types alone is dropped with its module.
      return clause !== undefined && names.length === 0 ? [] : [{ module: moduleSpecifier.text, names }];
    }
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined && !statement.isTypeOnly) {
      return ts.isStringLiteral(statement.moduleSpecifier)
        ? [{ module: statement.moduleSpecifier.text, names: ['*'] }]
        : [];
    }
    return [];
  });
}

function namesOf({ name, namedBindings }: ts.ImportClause, source: ts.SourceFile): string[] {
  const named =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? membersOf(namedBindings.name.text, source)
        : namedBindings.elements
            .filter(({ isTypeOnly }) => !isTypeOnly)
            .map((element) => (element.propertyName ?? element.name).text);
  return name === undefined ? named : ['default', ...named];
}

/** What a module takes of a namespace: of `import * as z` with `z.object(…)`, `object`. The bundler keeps no more either. */
function membersOf(namespace: string, source: ts.SourceFile): string[] {
  const members = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === namespace) {
      members.add(node.name.text);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...members];
}

function resolveModule(root: string, from: string, module: string): string {
  const base = join(root, dirname(from), module);
  const path = [`${base}.ts`, join(base, 'index.ts')].find((candidate) => ts.sys.fileExists(candidate));
  if (path !== undefined) return path;
  throw new Error(`import of ${module} in ${from} must lead to a file in lambda/, got none`);
}
