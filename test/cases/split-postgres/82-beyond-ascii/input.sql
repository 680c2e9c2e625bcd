SELECT 'é😀;' AS "日本" ; SELECT 1 AS größe;
/* 😀 */ SELECT '😀', 2 AS 名前$$;
