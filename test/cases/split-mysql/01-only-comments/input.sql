-- one
# two
/* three; */ ;
;;
-- four
