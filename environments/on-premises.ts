import type { EnvironmentInput } from './environment';

/** The company's own network and database, the same for every environment but for the database. */
export const onPremisesCidrs = ['192.168.0.0/16'];

/** The on-premises proxy and the merchants' networks: known callers that the rate rule does not count. */
export const knownCallers = ['198.51.100.0/28', '203.0.113.128/26'];

/** The schemas and tables of the payment ledger, as the linter of the replication needs to know them. */
export const ledger = {
  schemas: ['payments'],
  tables: [
    { schema: 'payments', name: 'accounts', primaryKey: ['account_id'] },
    { schema: 'payments', name: 'transactions', primaryKey: ['transaction_id'] },
    { schema: 'payments', name: 'entries', primaryKey: ['transaction_id', 'line_number'] },
    // Each goes in its own direction only, without being told here.
    { schema: 'payments', name: 'drain_marker_forward', primaryKey: ['marker_id'] },
    { schema: 'payments', name: 'drain_marker_reverse', primaryKey: ['marker_id'] },
  ],
} satisfies Pick<NonNullable<EnvironmentInput['replication']>, 'schemas' | 'tables'>;

/** The authority that signs the certificates of the on-premises databases. Public; an example until you put yours here. */
export const databaseCaPem = `
-----BEGIN CERTIFICATE-----
MIIEeDCCAuCgAwIBAgIUOHBbCGLuvuohVaQZ4YCO0oVpl1swDQYJKoZIhvcNAQEL
BQAwQjEZMBcGA1UECgwQRXhhbXBsZSBQYXltZW50czElMCMGA1UEAwwcRXhhbXBs
ZSBQYXltZW50cyBEYXRhYmFzZSBDQTAeFw0yNjExMjExMDQzMzBaFw0zNjExMTgx
MDQzMzBaMEIxGTAXBgNVBAoMEEV4YW1wbGUgUGF5bWVudHMxJTAjBgNVBAMMHEV4
YW1wbGUgUGF5bWVudHMgRGF0YWJhc2UgQ0EwggGiMA0GCSqGSIb3DQEBAQUAA4IB
jwAwggGKAoIBgQCpZU1AmBrqa/fyMI22xTWPfZZYoqYG8uYIcwyASl6aTT8YlHds
+uNoDLQYWbDGfZw2rtGsLdzT4wlE5pdbSB+2wV7S9DPowDAl0S7P6ifnvCIsV1f7
uT9TuXH5JmDpe9CylJ5LhEHIy/qXxGoOIgnPkJ80bTgUBtZ0OoBfaNb6Pzhqok29
52wVShEQL8Y4XEZOcLDx1wKDiLciWlPKeVfDD5iMaeRhVr9Ax10SeIf3t/35YulK
TQ11iDzn55/db7QKnnO38Js+tDGHh3vsm38vTCqU9zueb0/cfL6Hv3RgckYidAcj
7eptpbgEq462LAmqssrztRjKDw0Aj50u2rLc6OlOmiTJG1qtKr0pE/DWzKoHP3Sn
uT3v2/n8BnCjwnPrAkP4TJNPfiLtXxvGaMWTosGpbvPhXAqeRPKuuzh5eE7nMO2x
4y5jzycJP4ISwOMUt5Adm0kvbCNtF2zV6ZVlKnfDqmn7ZP+EJlKumtpj5jND1gSq
G1fG/hTGuF0IJpsCAwEAAaNmMGQwHQYDVR0OBBYEFGCWc+D6arbQf2cmyz1ifZdI
K/k6MB8GA1UdIwQYMBaAFGCWc+D6arbQf2cmyz1ifZdIK/k6MBIGA1UdEwEB/wQI
MAYBAf8CAQAwDgYDVR0PAQH/BAQDAgEGMA0GCSqGSIb3DQEBCwUAA4IBgQA+N9xc
O3FJGwppBwWB0rGQnkmr9pSxxLHMct83ApDVB7S0tJ5udWnrWQAD454EfPIcrYS/
tKRAeeZ/KQaVmVdwtsUhtQS0urmp3bRE/BzAQ84GPo9lsOZJXEXQee6oJQUW4hVM
ARyHUuvlxVR+s+SjLSIjlZlQgEiVu0TdCY30JJYuvtWtk0/MwZHqfdHg8weBMzkC
qJRuow3pJIEuLC78ppaYjyJmfY9E/bvCdvc8+DW/7xqaj1ule8n7kl3fWVQ+FJPx
ifbbbYVq7QWAO93zGs1vFOAhr5ubpM0efZZuY74tx8sYXGMCH4/+HqwAzVhp5oc9
BYAMxHzGt/RlbShLq79PdY4vP1lWNlRSAQ50k79Y9roSOghoFYLeKZU8kZVpYJsB
QZGuHHKmYgR1QXpvhsX8xvDe235Lr/BKIslQs9yS2ADEJSXCw/WMKY0LbAkXM/6q
2GXRhJ90ouFWbpMF0gIjbuzrikGgEJNMknjZ54St26sFGb0+vX1jPyjrgLM=
-----END CERTIFICATE-----
`.trim();
