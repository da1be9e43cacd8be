import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST, PACKAGE_FOLDER } from '../package-folder.ts';
import { stackName } from './project-name.ts';

/** Texts by path in the project. */
export type ProjectFiles = Readonly<Record<string, string>>;

// By what they are called in a project. Two have another name here, where they would mean something to npm and to editors.
const TEMPLATES = {
  'pipeline.ts': 'pipeline.ts',
  'pipeline.test.ts': 'pipeline.test.ts',
  'app.ts': 'app.ts',
  'cdk.json': 'cdk.json',
  'tsconfig.json': 'project-tsconfig.json',
  'README.md': 'README.md',
  '.gitignore': 'gitignore',
};
const TEMPLATE_NAME = 'my-pipeline';
const TOOLS = ['@types/node', 'aws-cdk', 'aws-cdk-lib', 'constructs', 'typescript'];

/**
 * Everything a new project holds.
 *
 * @param dependency What its package.json says of mullion.
 */
export function projectFiles(name: string, dependency: string): ProjectFiles {
  const files = Object.entries(TEMPLATES).map(([path, template]) => {
    const text = readFileSync(join(PACKAGE_FOLDER, 'cli', 'init', 'template', template), 'utf8');
    return [path, text.replaceAll(TEMPLATE_NAME, name).replaceAll(stackName(TEMPLATE_NAME), stackName(name))] as const;
  });
  return { 'package.json': packageJson(name, dependency), ...Object.fromEntries(files) };
}

export function writeProject(folder: string, files: ProjectFiles): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
}

/** With the versions of the tools that this mullion was made with. */
function packageJson(name: string, dependency: string): string {
  const manifest = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=20' },
    scripts: { test: 'node --test', typecheck: 'tsc', synth: 'cdk synth --quiet', deploy: 'cdk deploy' },
    dependencies: { mullion: dependency },
    devDependencies: Object.fromEntries(TOOLS.map((tool) => [tool, MANIFEST.devDependencies[tool]])),
    optionalDependencies: node24(),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Brings Node 24 along where the machine has an older one, as it is brought here. */
function node24(): Readonly<Record<string, string>> {
  const path = join(PACKAGE_FOLDER, 'tools', 'node', 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { optionalDependencies: Record<string, string> }).optionalDependencies;
}
