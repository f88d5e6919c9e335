import { type IAspect, TerraformResource, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Deployment } from '../constructs/naming';

/** The arguments in which AWS resources carry their name, in the order they are looked at. */
const NAME_ARGUMENTS = [
  'name',
  'bucket',
  'functionName',
  'identifier',
  'clusterIdentifier',
  'replicationInstanceId',
  'replicationTaskId',
  'endpointId',
  'certificateId',
  'replicationSubnetGroupId',
  'alarmName',
] as const;

interface Taggable extends TerraformResource {
  readonly tagsInput?: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

const isTaggable = (node: IConstruct): node is Taggable =>
  TerraformResource.isTerraformResource(node) && 'tagsInput' in node;

const kebab = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();

/** Gives every resource that takes tags a `Name`: its own name, or its place in the stack where it has none. */
export class NameTag implements IAspect {
  visit(node: IConstruct): void {
    if (!isTaggable(node) || node.tagsInput?.Name !== undefined) return;
    node.tags = { ...node.tagsInput, Name: nameOf(node) };
  }
}

function nameOf(node: Taggable): string {
  const inputs = node as unknown as Readonly<Record<string, unknown>>;
  const own = NAME_ARGUMENTS.map((argument) => inputs[`${argument}Input`]).find(
    (value): value is string => typeof value === 'string' && !Token.isUnresolved(value),
  );
  // The first step of the path is the stack, whose name the suffix repeats.
  return own ?? Deployment.of(node).name(kebab(node.node.path.split('/').slice(1).join('-')));
}
