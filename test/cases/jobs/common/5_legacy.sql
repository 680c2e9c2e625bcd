-- mooring: phase=contract
drop table legacy;
