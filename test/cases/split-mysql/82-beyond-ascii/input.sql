SELECT 'Größe ☃; ʘ', `größe` AS ñandú x;
/* ☃; */ SELECT 'ʘ' ; SELECT 2;
