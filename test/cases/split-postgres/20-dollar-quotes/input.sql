SELECT $$a;b$$, $x$ $$ ; $y$ ; $x$, $a$b$c$a$, $_1$;'$_1$, $é$;"$é$;
DO $body$
BEGIN
  PERFORM 1; -- it's
  PERFORM $q$;$q$;
END
$body$;
SELECT $$$$, $$$a$$;
