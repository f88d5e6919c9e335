-- What there is now. A login without a password cannot sign in: set it with \password, as the secret has it.
SELECT 'ledger ' || side AS what, format('%s at epoch %s', CASE WHEN writable THEN 'open' ELSE 'closed' END, epoch) AS state
FROM payments.writer_epoch
UNION ALL
SELECT 'login ' || rolname, CASE
    WHEN rolcanlogin AND rolpassword IS NULL THEN 'has no password yet'
    WHEN rolcanlogin THEN 'may sign in' ELSE 'is shut out' END
FROM pg_catalog.pg_authid
WHERE rolname IN ('payments_app', 'payments_read', 'payments_migrator', 'dms_capture', 'dms_apply')
UNION ALL
SELECT 'fence of ' || c.relnamespace::regnamespace, count(*) || ' tables'
FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
WHERE t.tgfoid = 'payments.fence()'::regprocedure
GROUP BY c.relnamespace
ORDER BY 1;
