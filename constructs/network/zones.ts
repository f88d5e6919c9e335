/** Something for each availability zone, by the zone's name: `{ 'us-east-1a': … }`. The order is the order given. */
export type ByZone<T> = Readonly<Record<string, T>>;

/** The networks of the three subnets of one availability zone, in CIDR notation: /16 to /28, without host bits. */
export interface ZoneSubnets {
  readonly publicCidr: string;
  readonly privateCidr: string;
  readonly databaseCidr: string;
}

/** Something else for each zone, in the same order; `index` counts from 0. */
export function mapZones<T, U>(byZone: ByZone<T>, map: (value: T, zone: string, index: number) => U): ByZone<U> {
  return Object.fromEntries(Object.entries(byZone).map(([zone, value], index) => [zone, map(value, zone, index)]));
}
