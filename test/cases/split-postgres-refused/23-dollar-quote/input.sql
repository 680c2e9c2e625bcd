DO $body$
BEGIN
  NULL;
END
$Body$;
