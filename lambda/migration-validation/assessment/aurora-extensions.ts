/**
 * What Aurora PostgreSQL 16 offers by AWS's page; versions differ by release, and the page is what counts. With a target its
 * own catalog is asked instead.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Extensions.html
 */
export const AURORA_EXTENSIONS: ReadonlySet<string> = new Set(
  `address_standardizer address_standardizer_data_us amcheck apg_plan_mgmt aurora_stat_utils autoinc aws_commons
  aws_lambda aws_ml aws_s3 bloom bool_plperl btree_gin btree_gist citext cube dblink dict_int dict_xsyn earthdistance
  fuzzystrmatch h3 h3_postgis hll hstore hstore_plperl hypopg insert_username intagg intarray ip4r isn jsonb_plperl lo
  log_fdw ltree moddatetime mysql_fdw oracle_fdw orafce pageinspect pg_bigm pg_buffercache pg_cron pg_freespacemap
  pg_hint_plan pg_partman pg_prewarm pg_proctab pg_repack pg_similarity pg_stat_statements pg_tle pg_trgm pg_visibility
  pgaudit pgcrypto pglogical pgrouting pgrowlocks pgstattuple pgtap plls plperl plpgsql plprofiler pltcl plv8 postgis
  postgis_raster postgis_tiger_geocoder postgis_topology postgres_fdw prefix rdkit rds_tools refint seg sslinfo tablefunc
  tcn tds_fdw tsm_system_rows tsm_system_time unaccent uuid-ossp vector`
    .split(/\s+/)
    .filter((name) => name !== ''),
);
