  SELECT 4; 
	

