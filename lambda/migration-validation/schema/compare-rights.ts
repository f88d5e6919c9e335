import type { Catalog, Grant } from '../catalog/catalog';
import { groupBy } from '../catalog/scope';
import type { SchemaDifference } from '../report/model';
import { differIfUnequal, pairByName } from './pairing';

/** Something that has an owner and gives rights to others. */
export interface Owned {
  readonly owner?: string;
  readonly grants?: readonly Grant[];
}

/** Compares owners and grants of things that both sides have. */
export type CompareRights = (object: string, source: Owned, target: Owned) => SchemaDifference[];

/**
 * Roles belong to servers, and each has some that the other cannot have: its superusers, what replicates to it. So only what
 * both know is compared.
 * @param ofAllRoles whether grants to a role that one side lacks count too
 */
export function rightsComparison(source: Catalog, target: Catalog, ofAllRoles: boolean): CompareRights {
  const onSource = new Set(source.roles);
  const onTarget = new Set(target.roles);
  const isShared = (role: string): boolean => onSource.has(role) && onTarget.has(role);
  // GRANT ALL of version 17 and later gives a right that others do not have.
  const hasMaintain = source.serverVersion >= 170_000 && target.serverVersion >= 170_000;
  const grantsOf = ({ grants = [] }: Owned, owners: readonly (string | undefined)[]) =>
    [
      ...groupBy(
        grants.filter(
          ({ grantee, privilege }) =>
            (grantee === 'PUBLIC' || ofAllRoles || isShared(grantee)) &&
            !owners.includes(grantee) &&
            (hasMaintain || !privilege.startsWith('MAINTAIN')),
        ),
        ({ grantee }) => grantee,
      ),
    ].map(([grantee, all]) => ({
      grantee,
      text: [...new Set(all.map(({ privilege }) => privilege))].sort().join(', '),
    }));
  return (object, ofSource, ofTarget) => {
    const owners = [ofSource.owner, ofTarget.owner];
    const sharedOwner = owners.some((owner) => owner !== undefined && isShared(owner));
    return [
      ...(sharedOwner ? differIfUnequal('owner', object, ofSource.owner, ofTarget.owner) : []),
      ...pairByName(grantsOf(ofSource, owners), grantsOf(ofTarget, owners), ({ grantee }) => grantee).flatMap((pair) =>
        differIfUnequal('grant', `${object} to ${pair.name}`, pair.source?.text, pair.target?.text),
      ),
    ];
  };
}
