SELECT $A$ $a$ ; $A$;
SELECT $tag$ $tag ; $tagg$ ; $ta$ ; $tag$ || 'x';
SELECT $$ $ ; $ $$;
