SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', time_zone = '+05:00', lc_time_names = 'de_DE', sql_quote_show_create = 0, foreign_key_checks = 0; SET NAMES latin1;
