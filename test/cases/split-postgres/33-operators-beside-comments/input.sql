SELECT 1 <-- less
 2, 3 */* times; */ 4, 5 +-- plus;
 6, 'a' ~/**/ 'b', @ -1;
