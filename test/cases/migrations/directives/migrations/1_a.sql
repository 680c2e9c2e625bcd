-- mooring: transaction=off
-- mooring: phase=contract
-- mooring: irreversible
-- mooring: loses=nothing
-- mooring: lock_timeout=5s
-- mooring: statement_timeout=0
-- mooring: replaces 0.1, 0.2
BEGIN;
COMMIT;
