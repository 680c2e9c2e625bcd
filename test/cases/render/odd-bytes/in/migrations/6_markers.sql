---
-- ...
--- on: off
SELECT 6;
